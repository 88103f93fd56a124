import { mutation, query, v } from "./_generated/server";

export const rate = mutation
  .input({ postId: v.id("posts"), stars: v.number().min(1).max(5), by: v.string().max(64) })
  .mutation(({ ctx, args }) => ctx.db.ratings.insert(args));

export const fiveStars = query
  .input({ postId: v.id("posts") })
  .query(({ ctx, args }) =>
    ctx.db.query("ratings").withIndex("by_post_stars", (q) => q.eq("postId", args.postId).eq("stars", 5)).collect(),
  );

export const howMany = query.input({ postId: v.id("posts") }).query(({ ctx, args }) => ctx.db.ratings.count({ postId: args.postId }));

export const leaders = query
  .input({ postId: v.id("posts") })
  .query(({ ctx, args }) => ctx.db.ratings.rankPage("top", { where: { postId: args.postId }, take: 10 }));

export const freshest = query
  .input({ postId: v.id("posts") })
  .query(({ ctx, args }) => ctx.db.ratings.rankPage("latest", { where: { postId: args.postId }, take: 10 }));

export const raters = query
  .input({ postId: v.id("posts") })
  .query(({ ctx, args }) => ctx.db.query("ratings").withIndex("by_rater", (q) => q.eq("postId", args.postId)).take(5));

export const sample = query.query(({ ctx }) => ctx.db.query("ratings").withIndex("by_none").take(20));
