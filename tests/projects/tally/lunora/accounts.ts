import { v } from "./_generated/server";
import { reader, writer } from "./lib/base";

export const open = writer
  .input({ name: v.string().max(60), currency: v.string().length(3), cents: v.number().int() })
  .mutation(async ({ ctx, args }) => {
    const ownerId = ctx.auth.userId;
    if (!ownerId) throw new Error("sign in first");
    const accountId = await ctx.db.accounts.insert({ ownerId, name: args.name, currency: args.currency, balance: 0 });
    await ctx.db.budgets.insert({ accountId, cents: args.cents });
    return accountId;
  });

export const mine = reader
  .input({ currency: v.string().length(3) })
  .query(({ ctx, args }) => ctx.db.accounts.findMany({ where: { ownerId: ctx.me, currency: args.currency } }));

export const richest = reader.query(async ({ ctx }) => {
  // lunora-advisor-disable-next-line sort_without_indexes -- people own a handful of accounts
  return await ctx.db.accounts.findMany({ where: { ownerId: ctx.me }, orderBy: [{ balance: "desc" }], limit: 5 });
});

export const budget = reader
  .input({ accountId: v.id("accounts") })
  .query(({ ctx, args }) => ctx.db.budgets.findFirst({ where: { accountId: args.accountId } }));
