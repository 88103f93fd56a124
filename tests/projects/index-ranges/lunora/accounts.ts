import { internalMutation, mutation, query, v } from "./_generated/server";

export const mine = query.input({ currency: v.optional(v.string()) }).query(async ({ ctx, args }) => {
  const ownerId = ctx.auth.userId!;
  const rows = await ctx.db
    .query("accounts")
    .withIndex("by_owner_currency", (q) => q.eq("ownerId", ownerId))
    .collect();
  return rows.filter((row) => row.balance !== 0);
});

export const inCurrency = query.input({ currency: v.string().max(3) }).query(async ({ ctx, args }) =>
  ctx.db
    .query("accounts")
    .withIndex("by_currency", (q) => q.eq("currency", args.currency))
    .take(50),
);

export const searchEntries = query
  .input({ accountId: v.id("accounts"), text: v.string().max(60) })
  .query(async ({ ctx, args }) => {
    const hits = await ctx.db
      .query("entries")
      .withSearchIndex("search_memo", (q) => q.search("memo", args.text).eq("accountId", args.accountId))
      .take(20);
    if (hits.length > 0) return hits;
    return await ctx.db
      .query("entries")
      .withSearchIndex("by_day", (q) => q.search("memo", args.text))
      .take(20);
  });

export const memoIndex = query.input({ accountId: v.id("accounts") }).query(async ({ ctx, args }) => {
  return ctx.db.query("entries").withIndex("search_memo", (q) => q.eq("accountId", args.accountId)).take(5);
});

export const around = query.input({ lat: v.number(), lng: v.number() }).query(async ({ ctx, args }) => {
  const near = await ctx.db.query("branches").withGeoIndex("near", (q) => q.near(args, 5_000)).take(10);
  if (near.length > 0) return near;
  return ctx.db.query("branches").withGeoIndex("nearby", (q) => q.near(args, 50_000)).take(10);
});

export const position = query
  .input({ accountId: v.id("accounts"), currency: v.string().max(3) })
  .query(async ({ ctx, args }) => {
    const place = await ctx.db.accounts.rank("rank_balance", { row: args.accountId, where: { currency: args.currency } });
    const top = await ctx.db.accounts.rankPage("by_owner_currency", { where: { currency: args.currency }, take: 3 });
    return { place, top };
  });

export const open = mutation
  .input({ name: v.string().max(60), currency: v.string().max(3) })
  .mutation(async ({ ctx, args }) => ctx.db.accounts.insert({ ...args, ownerId: ctx.auth.userId!, balance: 0 }));

export const addBranch = internalMutation
  .input({ code: v.string(), city: v.string(), lat: v.number(), lng: v.number() })
  .mutation(async ({ ctx, args: { lat, lng, ...rest } }) => ctx.db.insert("branches", { ...rest, place: { lat, lng } }));

export const addStatement = internalMutation
  .input({ ownerId: v.string(), year: v.number(), month: v.number(), url: v.string() })
  .mutation(async ({ ctx, args }) => await ctx.db.statements.insert(args));
