/** What the readers below need of a function context; the web package tests them against a fake. */
export interface CtxLike {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  db: any;
}

export async function findOpenTasks(ctx: CtxLike, assigneeId: string) {
  const rows = await ctx.db
    .query("tasks")
    .filter((task: { assigneeId?: string }) => task.assigneeId === assigneeId)
    .collect();
  return rows;
}

export const allLabels = async (ctx: CtxLike) => ctx.db.query("labels").collect();

export async function recentActivity(ctx: CtxLike, orgId: string) {
  return ctx.db
    .query("activity")
    .withIndex("by_org", (q: any) => q.eq("orgId", orgId))
    .order("desc")
    .take(30);
}

export function commentsOf(ctx: CtxLike, taskId: string, cursor: string | null) {
  return ctx.db
    .query("comments")
    .withIndex("by_task", (q: any) => q.eq("taskId", taskId))
    .paginate({ cursor, numItems: 25 });
}

/** Used by the support console once; kept for its query. */
export async function dumpOrgs(ctx: CtxLike) {
  const orgs = await ctx.db.query("orgs").collect();
  return orgs.filter((org: { plan: string }) => org.plan === "free");
}
