import { mutation, query, v } from "./_generated/server";
import { joinedChannels, membership, othersIn, viewer } from "./lib/members";

export const sidebar = query.query(async ({ ctx }) => {
  const user = await viewer(ctx);
  const joined = new Set(await joinedChannels(ctx, user._id));
  const channels = await ctx.db.query("channels").collect();
  return channels.map((channel) => ({ ...channel, joined: joined.has(channel._id) }));
});

export const archived = query.query(async ({ ctx }) => {
  const rows = await ctx.db
    .query("channels")
    .order("desc")
    .filter((channel) => channel.archived === true)
    .take(20);
  return rows;
});

export const byName = query
  .input({ workspaceId: v.id("workspaces"), name: v.string().max(80) })
  .query(({ ctx, args }) =>
    ctx.db
      .query("channels")
      .withIndex("by_workspace_name", (q) => q.eq("workspaceId", args.workspaceId).eq("name", args.name))
      .first(),
  );

export const named = query.input({ name: v.string().max(80) }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("channels")
    .withIndex("by_workspace_name", (q) => q.eq("name", args.name))
    .first();
});

export const create = mutation
  .input({ workspaceId: v.id("workspaces"), name: v.string().max(80) })
  .mutation(async ({ ctx, args }) => {
    const user = await viewer(ctx);
    const channelId = await ctx.db.insert("channels", { ...args, archived: false, createdBy: user._id });
    await ctx.db.insert("memberships", {
      workspaceId: args.workspaceId,
      channelId,
      userId: user._id,
      lastReadAt: ctx.now,
    });
    return channelId;
  });

export const join = mutation.input({ channelId: v.id("channels") }).mutation(async ({ ctx, args }) => {
  const user = await viewer(ctx);
  const already = await membership(ctx, args.channelId, user._id);
  if (already) return null;
  await ctx.db.memberships.insert({ ...args, workspaceId: user.workspaceId, userId: user._id, lastReadAt: ctx.now });
  return await othersIn(ctx, args.channelId, user._id);
});
