import { internalMutation, mutation, query, v } from "#gen/server";
import { record } from "./audit/record";

export const add = mutation
  .input({ spotId: v.id("spots"), mood: v.string().max(20), note: v.string().max(2000) })
  .mutation(async ({ ctx, args }) => {
    const userId = ctx.auth.userId;
    if (!userId) return null;
    const logId = await ctx.db.insert("logs", { ...args, userId, at: ctx.now });
    await record(ctx, "log added");
    return logId;
  });

export const all = query.query(({ ctx }) => ctx.db.query("logs").order("desc").collect());

export const inOrder = query.query(({ ctx }) => ctx.db.query("logs").withIndex("by_at_mood", (q) => q).collect());

export const moody = query
  .input({ mood: v.string().max(20) })
  .query(({ ctx, args }) => ctx.db.query("logs").withIndex("by_at_mood", (q) => q.eq("mood", args.mood)).collect());

export const lastGood = query.input({ spotId: v.id("spots") }).query(({ ctx, args }) =>
  ctx.db
    .query("logs")
    .withIndex("by_spot_at", (q) => q.eq("spotId", args.spotId))
    .order("desc")
    .filter((log) => log.mood === "good")
    .first(),
);

export const longest = query.input({ spotId: v.id("spots") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("logs").withIndex("by_spot_at", (q) => q.eq("spotId", args.spotId)).collect();
  return rows.toSorted((a, b) => (a.mood < b.mood ? -1 : 1)).slice(0, 5);
});

export const around = query.input({ logId: v.id("logs"), spotId: v.id("spots") }).query(async ({ ctx, args }) => {
  const before = await ctx.db
    .query("logs")
    .withIndex("by_spot_at", (q) => q.eq("spotId", args.spotId).lt("at", ctx.now))
    .collect();
  const current = await ctx.db.logs.findFirst({ where: { _id: args.logId } });
  return { current, before };
});

export const wipe = internalMutation.mutation(async ({ ctx }) => {
  for (const log of await ctx.db.query("logs").collect()) await ctx.db.logs.delete(log._id);
});
