import { mutation, query, v } from "./_generated/server";
import { membership, viewer } from "./lib/members";

export const latest = query.input({ channelId: v.id("channels") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("messages")
    .withIndex("by_channel", (q) => q.eq("channelId", args.channelId))
    .order("desc")
    .take(50);
});

export const pins = query.input({ channelId: v.id("channels") }).query(({ ctx, args }) =>
  ctx.db
    .query("messages")
    .withIndex("by_channel_pinned", (q) => q.eq("channelId", args.channelId).eq("pinned", true))
    .collect(),
);

export const thread = query.input({ messageId: v.id("messages") }).query(async ({ ctx, args }) => {
  const root = await ctx.db.messages.get(args.messageId);
  const replies = await ctx.db.query("messages").filter((m) => m.threadId === args.messageId).collect();
  return { root, replies };
});

export const byAuthor = query
  .input({ workspaceId: v.id("workspaces"), authorId: v.id("users") })
  .query(async ({ ctx, args }) => {
    const { page } = await ctx.db.messages.findMany({
      where: { workspaceId: args.workspaceId, authorId: args.authorId },
      limit: 100,
    });
    return page;
  });

export const search = query
  .input({ channelId: v.id("channels"), text: v.string().max(80) })
  .query(({ ctx, args }) =>
    ctx.db.messages
      .withSearchIndex("search_body", (q) => q.search("body", args.text).eq("channelId", args.channelId))
      .take(30),
  );

export const one = query.input({ messageId: v.id("messages") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("messages")
    .filter((message) => args.messageId === message._id)
    .unique();
});

export const send = mutation
  .input({ channelId: v.id("channels"), body: v.string().max(8000), threadId: v.optional(v.id("messages")) })
  .mutation(async ({ ctx, args }) => {
    const user = await viewer(ctx);
    if (!(await membership(ctx, args.channelId, user._id))) return null;
    return await ctx.db.insert("messages", {
      ...args,
      workspaceId: user.workspaceId,
      authorId: user._id,
      pinned: false,
    });
  });

export const attach = mutation
  .input({ messageId: v.id("messages"), blob: v.id("_storage"), size: v.number() })
  .mutation(async ({ ctx, args }) => {
    const user = await viewer(ctx);
    await ctx.db.attachments.insert({
      ...args,
      workspaceId: user.workspaceId,
      ownerId: user._id,
      previews: [],
      mentions: [],
    });
  });

export const attachmentsOf = query
  .input({ workspaceId: v.id("workspaces"), messageId: v.id("messages") })
  .query(async ({ ctx, args }) => {
    const rows = await ctx.db
      .query("attachments")
      .withIndex("by_workspace_message", (q) => q.eq("workspaceId", args.workspaceId).eq("messageId", args.messageId))
      .collect();
    return rows.filter((row) => row.previews.length > 0 || row.size < 1_000_000);
  });
