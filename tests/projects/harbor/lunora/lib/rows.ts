import type { MutationCtx } from "../_generated/server";

export function put(db: MutationCtx["db"], table: "contracts" | "invoices", doc: Record<string, unknown>) {
    return db.insert(table, doc as never);
}

export async function touchAlert(context: MutationCtx, id: string) {
    await context.db.alerts.patch(id as never, { seen: true });
}

export async function boatsOf(db: MutationCtx["db"], ownerId: string) {
    const reader = db.query("boats");
    return await reader.withIndex("by_owner", (q) => q.eq("ownerId", ownerId)).collect();
}
