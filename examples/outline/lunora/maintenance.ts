import { internalMutation, v } from "./_generated/server";

const KEEP = 90 * 24 * 60 * 60 * 1000;

/** Called by the worker for one user at a time; see worker/index.ts. */
export const pruneRevisions = internalMutation.mutation(async ({ ctx }) => {
  const old = await ctx.db
    .query("revisions")
    .withIndex("by_user_at", (q) => q.lt("at", ctx.now - KEEP))
    .take(500);
  await ctx.db.revisions.deleteMany(old.map((revision) => revision._id));
  return old.length;
});

export const setHome = internalMutation
  .input({ settingsId: v.id("settings"), nodeId: v.id("nodes") })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.settings.patch(args.settingsId, { homeNode: args.nodeId });
    await ctx.db.nodes.patch(args.nodeId, { folded: false });
  });
