import { internalMutation, mutation, query, v } from "./_generated/server";
import { kitchenMutation } from "./lib/procs";

export const openKitchen = mutation
  .input({ name: v.string().max(60), ownerId: v.id("players") })
  .mutation(({ ctx, args }) => ctx.db.kitchens.insert({ name: args.name, ownerId: args.ownerId, opened: true }));

export const mine = query
  .input({ ownerId: v.id("players") })
  .query(({ ctx, args }) => ctx.db.query("kitchens").withIndex("by_owner", (q) => q.eq("ownerId", args.ownerId)).take(25));

export const stock = kitchenMutation
  .input({ name: v.string().max(60), heat: v.number(), aisle: v.string().max(8), playerId: v.id("players") })
  .mutation(async ({ ctx, args }) => {
    const kitchen = await ctx.db.kitchens.get(args.kitchenId);
    if (!kitchen?.opened) return null;
    return await ctx.db.spices.insert({ kitchenId: args.kitchenId, playerId: args.playerId, name: args.name, heat: args.heat, aisle: args.aisle });
  });

export const seal = kitchenMutation
  .input({ spiceId: v.id("spices"), tasterId: v.id("players"), grams: v.number().positive() })
  .mutation(async ({ ctx, args }) => {
    const taster = await ctx.db.players.get(args.tasterId);
    if (!taster) return null;
    return await ctx.db.batches.insert({
      kitchenId: args.kitchenId,
      spiceId: args.spiceId,
      tasterId: args.tasterId,
      grams: args.grams,
      sealedAt: ctx.now,
      grade: "unrated",
    });
  });

export const retire = kitchenMutation.mutation(async ({ ctx, args }) => {
  await ctx.db.spices.deleteMany({ where: { kitchenId: args.kitchenId } });
  await ctx.db.kitchens.patch(args.kitchenId, { opened: false });
});

export const rollCall = internalMutation.mutation(async ({ ctx }) => {
  const kitchens = await ctx.db.query("kitchens").take(10);
  for (const kitchen of kitchens) {
    await ctx.db.spices.insert({ kitchenId: kitchen._id, playerId: kitchen.ownerId, name: "salt", heat: 0, aisle: "staples" });
  }
});

export const issue = kitchenMutation
  .input({ code: v.string().max(12) })
  .mutation(({ ctx, args }) => ctx.db.coupons.insert({ kitchenId: args.kitchenId, code: args.code, used: false }));

export const redeem = mutation
  .input({ code: v.string().max(12) })
  .mutation(async ({ ctx, args }) => ctx.db.coupons.findFirst({ where: { code: args.code } }));
