import { createRow } from "@atlas/shared";
import { allLabels } from "@atlas/shared/readers";

import { internalMutation, internalQuery, mutation, query, v } from "./_generated/server";

export const list = query.query(async ({ ctx }) => {
  const labels = await allLabels(ctx);
  return labels.map((label: { name: string; colour: string }) => ({ name: label.name, colour: label.colour }));
});

export const add = mutation
  .input({ projectId: v.id("projects"), name: v.string().max(40), colour: v.string().max(9) })
  .mutation(async ({ ctx, args }) => {
    await createRow(ctx, "labels", args);
  });

export const signUp = mutation
  .input({ name: v.string().max(80), slug: v.string().max(40) })
  .mutation(async ({ ctx, args }) => {
    const orgId = await createRow(ctx, "orgs", { ...args, plan: "free" });
    await createRow(ctx, "members", { orgId, userId: ctx.auth.userId, role: "owner" });
    return orgId;
  });

export const waitingExports = internalQuery.query(async ({ ctx }) =>
  ctx.db
    .query("exportJobs")
    .withIndex("by_state", (q) => q.eq("state", "waiting"))
    .take(100),
);

export const dropExport = internalMutation.input({ jobId: v.id("exportJobs") }).mutation(async ({ ctx, args }) => {
  const job = await ctx.db.query("exportJobs").filter((row) => row._id === args.jobId).first();
  if (job?.state === "failed") await ctx.db.exportJobs.delete(args.jobId);
});
