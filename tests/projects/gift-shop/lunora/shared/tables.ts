export const TABLES = {
    product: "products",
    customer: "customers",
    cart: "carts",
    line: "orderLines",
} as const;

export const PAGE_SIZE = 24;
export const LIVE = { discontinued: false };
