import { v } from "@gen/server";
import { internal } from "@gen/api";
import { job, orgMutation, orgQuery } from "@core";
import { Comments, Tasks } from "./store";
import { shiftDue } from "../shared/shift";

export const board = orgQuery
  .input({ projectId: v.id("projects"), state: v.optional(v.string().max(20)) })
  .query(({ ctx, args }) => new Tasks(ctx.db).onBoard(args.orgId, args.projectId, args.state));

export const mine = orgQuery.query(async ({ ctx }) => {
  const { page } = await ctx.db.tasks.findMany({
    where: { assigneeId: ctx.user._id },
    orderBy: [{ dueAt: "asc" }],
    with: { project: { select: ["title"] } },
    limit: 50,
  });
  return page;
});

export const show = orgQuery.input({ taskId: v.id("tasks") }).query(async ({ ctx, args }) => {
  const task = await Tasks.reading(ctx).need(args.taskId);
  const comments = [];
  for await (const comment of Comments.reading(ctx).under(task._id)) comments.push(comment.body);
  return { title: task.title, comments };
});

export const create = orgMutation
  .input({ projectId: v.id("projects"), title: v.string().max(200), dueAt: v.number().nullable() })
  .mutation(({ ctx, args: { orgId, projectId, title, dueAt } }) =>
    new Tasks(ctx.db).add({ orgId, projectId, title, dueAt, state: "open", blockedBy: [], assigneeId: ctx.user._id }),
  );

export const say = orgMutation
  .input({ taskId: v.id("tasks"), body: v.string().max(4000) })
  .mutation(async ({ ctx, args }) => {
    const [tasks, comments] = [new Tasks(ctx.db), new Comments(ctx.db)];
    const { _id: taskId, orgId } = await tasks.need(args.taskId);
    await comments.say({ orgId, taskId, authorId: ctx.user._id, body: args.body });
  });

export const closeAll = orgMutation.input({ projectId: v.id("projects") }).mutation(async ({ ctx, args }) => {
  for (const task of await new Tasks(ctx.db).onBoard(args.orgId, args.projectId, "open")) {
    await ctx.db.tasks.patch(task._id, { state: "closed" });
  }
});

export const nudge = job.input({ orgId: v.id("orgs"), rounds: v.number() }).mutation(async ({ ctx, args }) => {
  const late = await new Tasks(ctx.db).overdue(ctx.now);
  await Promise.all(late.map((task) => shiftDue(ctx, task)));
  if (late.length < 100 || args.rounds <= 0) return;
  await ctx.scheduler.runAfter(1_000, internal.tasks.nudge, { ...args, rounds: args.rounds - 1 }, { shardKey: args.orgId });
});

export const purge = job.input({ taskId: v.id("tasks") }).mutation(async ({ ctx, args: { taskId } }) => {
  const { page } = await ctx.db.comments.findMany({ where: { taskId }, limit: 500 });
  await ctx.db.comments.deleteMany(page.map(({ _id }) => _id));
  await ctx.db.tasks.delete(taskId);
});
