import { mutation, query, v } from "./_generated/server";
import { viewer } from "./lib/members";

export const of = query.input({ messageId: v.id("messages") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("reactions")
    .withIndex("by_message_user", (q) => q.eq("messageId", args.messageId))
    .collect();
  const counts: Record<string, number> = {};
  for (const row of rows) counts[row.emoji] = (counts[row.emoji] ?? 0) + 1;
  return counts;
});

export const popular = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("reactions").withIndex("by_workspace_emoji").collect();
  return new Set(rows.map((row) => row.emoji)).size;
});

export const toggle = mutation
  .input({ messageId: v.id("messages"), emoji: v.string().max(16) })
  .mutation(async ({ ctx, args }) => {
    const user = await viewer(ctx);
    const mine = await ctx.db
      .query("reactions")
      .withIndex("by_message_user", (q) =>
        q.eq("messageId", args.messageId).eq("userId", user._id).eq("emoji", args.emoji),
      )
      .unique();
    if (mine) await ctx.db.reactions.delete(mine._id);
    else await ctx.db.reactions.insert({ ...args, workspaceId: user.workspaceId, userId: user._id });
  });

export const clearAll = mutation.input({ userId: v.id("users") }).mutation(async ({ ctx, args }) => {
  await ctx.db.deleteWhere("reactions", { userId: args.userId });
});
