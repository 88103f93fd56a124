import { internalAction, internalMutation, mutation, query, v } from "./_generated/server";
import { SearchClient } from "./lib/search";

export const ofAccount = query.input({ accountId: v.id("accounts") }).query(async ({ ctx, args }) => {
  const invoices = await ctx.db
    .query("invoices")
    .withIndex("by_account", (q) => q.eq("accountId", args.accountId))
    .collect();
  return invoices.map((invoice) => invoice.state);
});

export const pay = mutation.input({ invoiceId: v.id("invoices") }).mutation(async ({ ctx, args }) => {
  await ctx.db.invoices.patch(args.invoiceId, { state: "paid" });
});

export const drop = internalMutation.input({ invoiceId: v.id("invoices") }).mutation(async ({ ctx, args }) => {
  await ctx.db.delete(args.invoiceId);
});

export const overdue = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("invoices").collect();
  return rows.filter((invoice) => invoice.state === "overdue");
});

export const correct = mutation
  .input({ refundId: v.id("refunds"), invoiceId: v.id("invoices"), cents: v.number() })
  .mutation(async ({ ctx, args: { refundId, ...refund } }) => {
    await ctx.db.refunds.replace(refundId, refund);
  });

export const undo = mutation
  .input({ refundId: v.id("refunds") })
  .mutation(async ({ ctx, args }) => await ctx.db.refunds.restore(args.refundId));

export const index = internalAction.action(async ({ ctx }) => {
  const search = new SearchClient();
  const cache = { db: new Map<string, object>(), insert: (_table: string, _row: object) => undefined };
  for (const name of ["basic", "gold"]) search.insert("tiers", { name });
  cache.insert("tiers", { name: "platinum" });
  await search.flush(ctx.fetch, "https://search.example.com/rows");
});

export const oldUser = query.input({ email: v.string().max(200) }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("legacyUsers")
    .withIndex("by_email", (q) => q.eq("email", args.email))
    .first();
});

export const contact = query.input({ email: v.string().max(200) }).query(async ({ ctx, args }) => {
  return await ctx.db.crmContacts.findFirst({ where: { email: args.email } });
});

export const session = query.input({ token: v.string().max(200) }).query(async ({ ctx, args }) => {
  return await ctx.db.sessions.findFirst({ where: { token: args.token } });
});

export const orphan = query.input({ day: v.string().max(10) }).query(async ({ ctx, args }) => {
  return await ctx.db.orphans.findFirst({ where: { day: args.day } });
});
