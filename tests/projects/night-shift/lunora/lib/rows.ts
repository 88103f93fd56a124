import type { ActionCtx, MutationCtx, QueryCtx } from "../_generated/server";

export async function takeLock(ctx: MutationCtx, name: string) {
  const lock = await ctx.db.locks.findFirst({ where: { name } });
  if (!lock || lock.until > ctx.now) return false;
  await ctx.db.locks.patch(lock._id, { until: ctx.now + 60_000 });
  return true;
}

export async function closedConnections(ctx: QueryCtx) {
  return await ctx.db.query("connections").filter((row) => row.closed === true).collect();
}

export async function failedDeliveries(ctx: ActionCtx) {
  return await ctx.db
    .query("deliveries")
    .withIndex("by_status")
    .collect();
}

export async function customerNamed(ctx: ActionCtx, name: string) {
  return await ctx.db
    .query("customers")
    .filter((customer) => customer.name === name)
    .first();
}

export const openInvoices = (ctx: QueryCtx) =>
  ctx.db
    .query("invoices")
    .withIndex("by_state_due", (q) => q.eq("state", "open"))
    .collect();

export async function connectionsOf(ctx: QueryCtx, userId: string) {
  return await ctx.db
    .query("connections")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .collect();
}
