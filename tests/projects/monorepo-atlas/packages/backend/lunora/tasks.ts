import { dueLabel, openTasksOf, recentActivity } from "@atlas/shared";
import { commentsOf } from "@atlas/shared/readers";
import { membershipsOf, requireMember } from "@lib/access";

import { mutation, query, v } from "#lunora/_generated/server";

export const mine = query.query(async ({ ctx }) => {
  const memberships = await membershipsOf(ctx, ctx.auth.userId!);
  const lists = await Promise.all(memberships.map((member) => openTasksOf(ctx, member._id)));
  return lists.flat().map((task) => ({ title: task.title, due: dueLabel(task.dueAt ?? ctx.now, ctx.now) }));
});

export const board = query.input({ projectId: v.id("projects") }).query(({ ctx, args }) =>
  ctx.db
    .query("tasks")
    .withIndex("by_project_state", (q) => q.eq("projectId", args.projectId))
    .collect(),
);

export const feed = query.input({ orgId: v.id("orgs") }).query(async ({ ctx, args }) => {
  await requireMember(ctx, args.orgId);
  return recentActivity(ctx, args.orgId);
});

export const thread = query
  .input({ taskId: v.id("tasks"), cursor: v.string().nullable() })
  .query(async ({ ctx, args }) => await commentsOf(ctx, args.taskId, args.cursor));

export const add = mutation
  .input({ projectId: v.id("projects"), title: v.string().max(200) })
  .mutation(async ({ ctx, args }) =>
    ctx.db.insert("tasks", { ...args, state: "open", createdBy: ctx.auth.userId!, archived: false }),
  );

export const comment = mutation
  .input({ taskId: v.id("tasks"), authorId: v.id("members"), body: v.string().max(2000) })
  .mutation(async ({ ctx, args }) => await ctx.db.comments.insert(args));
