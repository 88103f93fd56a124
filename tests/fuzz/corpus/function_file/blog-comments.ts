import { LunoraError } from "lunorash/server";

import { mutation, query, v } from "#lunora/_generated/server.js";
import { requireEditor, requireUser } from "#lunora/lib/auth.js";

export const forPost = query({
  args: { postId: v.id("posts") },
  handler: async (ctx, args) => {
    return await ctx.db
      .query("comments")
      .withIndex("by_post", (q) => q.eq("postId", args.postId))
      .filter((comment) => comment.state === "approved")
      .collect();
  },
});

export const pending = query({
  args: {},
  handler: async (ctx) => {
    await requireEditor(ctx);
    return await ctx.db
      .query("comments")
      .withIndex("by_state", (q) => q.eq("state", "pending"))
      .take(100);
  },
});

export const mine = query({
  args: {},
  handler: async (ctx) => {
    const user = await requireUser(ctx);
    return await ctx.db
      .query("comments")
      .order("desc")
      .filter((comment) => comment.authorId === user._id)
      .collect();
  },
});

export const add = mutation({
  args: {
    postId: v.id("posts"),
    parentId: v.optional(v.id("comments")),
    body: v.string().min(1).max(5000),
  },
  handler: async (ctx, args) => {
    const user = await requireUser(ctx);
    return await ctx.db.insert("comments", { ...args, authorId: user._id, state: "pending" });
  },
});

export const moderate = mutation({
  args: { commentId: v.id("comments"), state: v.union(v.literal("approved"), v.literal("spam")) },
  handler: async (ctx, args) => {
    await requireEditor(ctx);

    const comment = await ctx.db
      .query("comments")
      .filter((row) => args.commentId === row._id)
      .first();
    if (!comment) throw new LunoraError("NOT_FOUND", "No such comment");

    await ctx.db.comments.patch(comment._id, { state: args.state });
  },
});
