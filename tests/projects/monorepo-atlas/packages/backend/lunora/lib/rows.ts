import { internalMutation, v } from "../_generated/server";
import type { QueryCtx } from "../_generated/server";

export const projectBySlug = (ctx: QueryCtx, slug: string) =>
  ctx.db
    .query("projects")
    .withIndex("by_slug", (q) => q.eq("slug", slug))
    .unique();

export async function activeProjects(ctx: QueryCtx, orgId: string) {
  return await ctx.db
    .query("projects")
    .withIndex("by_org_state", (q) => q.eq("orgId", orgId).eq("status", "active"))
    .collect();
}

export const finishExport = internalMutation
  .input({ jobId: v.id("exportJobs"), file: v.string() })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.exportJobs.patch(args.jobId, { state: "done", file: args.file });
  });
