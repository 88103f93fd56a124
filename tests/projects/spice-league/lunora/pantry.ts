import { v } from "./_generated/server";
import { kitchenQuery, pantryQuery } from "./lib/procs";

export const shelf = pantryQuery
  .input({ playerId: v.id("players") })
  .query(({ ctx, args }) =>
    ctx.db
      .query("spices")
      .withIndex("by_kitchen_player", (q) => q.eq("kitchenId", args.kitchenId).eq("playerId", args.playerId))
      .collect(),
  );

export const everySpice = pantryQuery.query(async ({ ctx }) => {
  const all = await ctx.db.query("spices").collect();
  return all.length;
});

export const calledLike = pantryQuery.input({ name: v.string().max(60) }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("spices")
    .filter((s) => s.name === args.name)
    .first();
});

export const hotterThan = kitchenQuery.input({ heat: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("spices").withIndex("by_aisle_heat", (q) => q.gt("heat", args.heat)).take(30);
});

export const aisleHeat = kitchenQuery.input({ aisle: v.string().max(8), heat: v.number() }).query(({ ctx, args }) =>
  ctx.db
    .query("spices")
    .withIndex("by_aisle_heat", (q) => q.eq("aisle", args.aisle).gt("heat", args.heat).lte("heat", 10))
    .collect(),
);

export const tasted = kitchenQuery.input({ tasterId: v.id("players"), grade: v.string().max(10) }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("batches")
    .withIndex("by_taster", (q) => q.eq("tasterId", args.tasterId))
    .filter((b) => b.grade === args.grade)
    .take(10);
});

export const timeline = kitchenQuery.query(async ({ ctx }) => {
  return await ctx.db.query("batches").withIndex("by_taster", (q) => q).collect();
});

export const biggest = kitchenQuery.input({ tasterId: v.id("players") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("batches")
    .withIndex("by_taster", (q) => q.eq("tasterId", args.tasterId))
    .collect();
  return rows.toSorted((a, b) => b.grams - a.grams);
});

export const tasting = kitchenQuery.input({ tasterId: v.id("players") }).query(async ({ ctx, args }) => {
  const batches = await ctx.db
    .query("batches")
    .withIndex("by_taster", (q) => q.eq("tasterId", args.tasterId).gte("sealedAt", ctx.now - 86_400_000))
    .collect();
  const out = [];
  for (const batch of batches) {
    const spice = await ctx.db.spices.get(batch.spiceId);
    out.push({ grams: batch.grams, spice: spice?.name });
  }
  return out;
});
