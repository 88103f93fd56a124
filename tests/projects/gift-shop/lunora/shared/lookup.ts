import type { QueryContext } from "./types";
import { TABLES } from "./tables";

export async function productBySku(context: QueryContext, sku: string) {
    return await context.db.query(TABLES.product).withIndex("by_sku", (q) => q.eq("sku", sku)).unique();
}

export async function customerByEmail(context: QueryContext, email: string) {
    return context.db.customers.findFirst({ where: { email } });
}

export function searchProducts(context: QueryContext, text: string) {
    return context.db
        .query("products")
        .withSearchIndex("search_title", (q) => q.search("title", text))
        .take(20);
}
