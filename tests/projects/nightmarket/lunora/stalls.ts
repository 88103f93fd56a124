import { internalMutation, internalQuery, query, v } from "./_generated/server";

export const byCuisine = query
  .input({ marketId: v.string().max(40), cuisine: v.string().max(30) })
  .query(async ({ ctx, args }) => {
    const reader = ctx.db.query("stalls");
    const ranged = reader.withIndex("by_market_cuisine", (q) => q.eq("marketId", args.marketId).eq("cuisine", args.cuisine));
    return await ranged.collect();
  });

export const bin = query.input({ keeperId: v.string(), everything: v.boolean() }).query(async ({ ctx, args }) => {
  return await ctx.db.stalls.findMany({ where: { keeperId: args.keeperId }, includeDeleted: args.everything });
});

export const last = query.input({ keeperId: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.stalls.findFirst({ where: { keeperId: args.keeperId }, includeDeleted: true });
});

export const audit = internalQuery.input({ keeperId: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.stalls.findMany({ where: { keeperId: args.keeperId }, includeDeleted: true });
});

export const addVendor = internalMutation
  .input({ slug: v.string().max(30), name: v.string().max(60) })
  .mutation(({ ctx, args }) => ctx.db.vendors.insert(args));

export const close = internalMutation.input({ stallId: v.id("stalls") }).mutation(async ({ ctx, args }) => {
  const stall = await ctx.db.stalls.get(args.stallId);
  if (stall) await ctx.db.stalls.replace(args.stallId, { ...stall, pinned: false });
});
