import { v } from "./_generated/server";
import { reader, writer } from "./lib/base";
import { ledger } from "./lib/ledger";

export const add = writer
  .input({ accountId: v.id("accounts"), tagId: v.optional(v.id("tags")), day: v.string().length(10), cents: v.number().int(), memo: v.string().max(200) })
  .mutation(async ({ ctx, args }) => {
    const id = await ctx.db.insert("entries", args);
    const account = await ctx.db.accounts.get(args.accountId);
    if (account) await ctx.db.accounts.patch(args.accountId, { balance: account.balance + args.cents });
    return id;
  });

export const between = reader
  .input({ accountId: v.id("accounts"), from: v.optional(v.string().length(10)), to: v.optional(v.string().length(10)) })
  .query(({ ctx, args }) => ledger(ctx).between(args.accountId, args.from, args.to));

export const withMemo = reader.input({ memo: v.string().max(200) }).query(({ ctx, args }) => ledger(ctx).withMemo(args.memo));

export const sum = reader.input({ accountId: v.id("accounts") }).query(async ({ ctx, args }) => ({
  who: ctx.me,
  cents: await ledger(ctx).sum(args.accountId),
}));

export const tagged = reader.input({ tagId: v.id("tags") }).query(({ ctx, args }) =>
  ctx.db
    .query("entries")
    .withIndex("by_tag_day", (q) => q.eq("tagId", args.tagId))
    .order("desc")
    .paginate({ numItems: 30, cursor: null }),
);

export const decorated = reader.input({ accountId: v.id("accounts") }).query(async ({ ctx, args }) => {
  const entries = await ledger(ctx).between(args.accountId);
  const tags = await Promise.all(entries.map(async (e) => (e.tagId ? ctx.db.tags.get(e.tagId) : null)));
  return entries.map((e, i) => ({ ...e, tag: tags[i]?.label }));
});

export const joined = reader
  .input({ accountId: v.id("accounts") })
  .query(({ ctx, args }) => ctx.db.entries.findMany({ where: { accountId: args.accountId }, with: { tag: true } }));

export const latest = reader.input({ n: v.number().int() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("entries").withIndex("by_account_day").order("desc").take(args.n);
});

export const newest = reader
  .input({ n: v.number().int().max(60) })
  .query(({ ctx, args }) => ctx.db.query("entries").withIndex("by_account_day").order("desc").take(args.n));
