import { query, v } from "./_generated/server";

const itemsUnder = (db: any, stallId: string, limit: number) =>
  db
    .query("items")
    .withIndex("by_stall_price", (q: any) => q.eq("stallId", stallId).lt("price", limit))
    .collect();

export const detail = query.input({ itemId: v.id("items"), stallId: v.id("stalls") }).query(async ({ ctx, args }) => {
  const item = await ctx.db.items.get(args.itemId);
  const cheaper = await itemsUnder(ctx.db, args.stallId, item?.price ?? 0);
  return { item, cheaper };
});

export const bands = query.input({ stallId: v.id("stalls") }).query(async ({ ctx, args }) => {
  const cheap = await itemsUnder(ctx.db, args.stallId, 10);
  const dear = await ctx.db
    .query("items")
    .withIndex("by_stall_price", (q) => q.eq("stallId", args.stallId).gte("price", 10))
    .collect();
  return { cheap: cheap.length, dear: dear.length };
});

export const ofVendor = query
  .input({ marketId: v.string().max(40), vendorId: v.id("vendors") })
  .query(({ ctx, args }) => ctx.db.items.findMany({ where: { marketId: args.marketId, vendorId: args.vendorId } }));

export const priced = query.input({ price: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("items").withIndex("by_stall_price", (q) => q.gt("price", args.price)).collect();
});
