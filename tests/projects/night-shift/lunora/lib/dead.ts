import type { MutationCtx, QueryCtx } from "../_generated/server";

export async function weeklyDump(ctx: QueryCtx) {
  const invoices = await ctx.db.query("invoices").collect();
  const failed = await ctx.db.query("deliveries").filter((row) => row.attempts > 3).collect();
  return { invoices, failed, names: await customerNames(ctx) };
}

async function customerNames(ctx: QueryCtx) {
  return (await ctx.db.query("customers").collect()).map((customer) => customer.name);
}

export async function seedMetrics(ctx: MutationCtx) {
  await ctx.db.insert("metrics", { name: "boot", value: 1 });
}
