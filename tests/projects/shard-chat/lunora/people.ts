import { internalMutation, mutation, query, v } from "./_generated/server";

export const typing = query.query(async ({ ctx }) => {
  return await ctx.db
    .query("presence")
    .filter((row) => row.typing && row.seenAt > ctx.now - 10_000)
    .collect();
});

export const inChannel = query.input({ channelId: v.id("channels") }).query(async ({ ctx, args }) => {
  return await ctx.db.presence.findFirst({ where: { channelId: args.channelId } });
});

export const beat = mutation
  .input({ userId: v.id("users"), channelId: v.id("channels"), typing: v.boolean() })
  .mutation(async ({ ctx, args }) => {
    const row = { ...args, seenAt: ctx.now };
    await ctx.db.presence.upsert({ target: ["channelId"], create: row, update: row });
  });

export const register = internalMutation
  .input({ workspaceId: v.id("workspaces"), email: v.string(), handle: v.string(), invitedBy: v.optional(v.id("users")) })
  .mutation(({ ctx, args }) => ctx.db.users.insert(args));

export const invitedByMe = query
  .input({ workspaceId: v.id("workspaces"), userId: v.id("users") })
  .query(({ ctx, args }) =>
    ctx.db
      .query("users")
      .withIndex("by_workspace_inviter", (q) => q.eq("workspaceId", args.workspaceId).eq("invitedBy", args.userId))
      .collect(),
  );
