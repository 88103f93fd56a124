import { crud } from "@grove/kit";

export const categories = crud("categories");
export const products = crud("products");
export const [customers, suppliers] = [crud("customers"), crud("suppliers")] as const;
