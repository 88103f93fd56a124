import { mutation, query, v } from "./_generated/server.js";

export const list = query
  .input({ postId: v.id("posts") })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("comments")
      .withIndex("by_post", (q) => q.eq("postId", args.postId))
      .order("desc")
      .collect();
  });

export const mine = query
  .input({ handle: v.string() })
  .query(async ({ ctx, args }) => {
    const user = await ctx.db
      .query("users")
      .withIndex("by_handle", (q) => q.eq("handle", args.handle))
      .unique();
    if (user === null) return [];
    return await ctx.db
      .query("comments")
      .filter((c) => c.authorId === user._id)
      .collect();
  });

export const total = query.query(async ({ ctx }) => {
  const all = await ctx.db.query("comments").collect();
  return all.length;
});

export const onPost = query
  .input({ postId: v.id("posts") })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("comments")
      .withIndex("by_posts", (q) => q.eq("postId", args.postId))
      .take(100);
  });

export const add = mutation
  .input({ postId: v.id("posts"), authorId: v.id("users"), body: v.string().max(4000) })
  .mutation(async ({ ctx, args }) => {
    const words = args.body.split(/\s+/).filter((w) => w.length > 0);
    if (words.length === 0) return null;
    return await ctx.db.insert("comments", { ...args, hidden: false });
  });

export const hide = mutation
  .input({ id: v.id("comments") })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.patch(args.id, { hidden: true });
  });

export const react = mutation
  .input({ postId: v.id("posts"), userId: v.id("users"), kind: v.string().max(16) })
  .mutation(async ({ ctx, args }) => {
    const existing = await ctx.db
      .query("reactions")
      .withIndex("by_post_user", (q) => q.eq("postId", args.postId).eq("userId", args.userId))
      .first();
    if (existing) {
      await ctx.db.patch(existing._id, { kind: args.kind });
      return existing._id;
    }
    return await ctx.db.insert("reactions", args);
  });

export const reactionsOf = query
  .input({ userId: v.id("users") })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("reactions")
      .withIndex("by_post_user", (q) => q.eq("userId", args.userId))
      .collect();
  });
