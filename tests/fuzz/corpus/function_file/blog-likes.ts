import { mutation, query, v } from "#lunora/_generated/server.js";
import { requireUser } from "#lunora/lib/auth.js";

export const count = query.input({ postId: v.id("posts") }).query(async ({ ctx, args }) => {
  const likes = await ctx.db
    .query("likes")
    .withIndex("by_post_user", (q) => q.eq("postId", args.postId))
    .collect();
  return likes.length;
});

export const toggle = mutation.input({ postId: v.id("posts") }).mutation(async ({ ctx, args }) => {
  const user = await requireUser(ctx);
  const like = await ctx.db
    .query("likes")
    .withIndex("by_post_user", (q) => q.eq("postId", args.postId).eq("userId", user._id))
    .unique();

  if (like) {
    await ctx.db.likes.delete(like._id);
    return false;
  }
  await ctx.db.likes.insert({ postId: args.postId, userId: user._id });
  return true;
});
