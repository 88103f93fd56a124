import { LunoraError, v } from "lunorash/server";
import { internalMutation } from "@/lunora/_generated/server";
import { record } from "@/lunora/audit/log";
import { memberMutation } from "@/lunora/lib/procedures";
import { longText, taskPriority, taskStatus, title } from "@/lunora/lib/validators";
import { notifyWatchers } from "@/lunora/notifications/lib/fanout";
import { cardsFrom, lastCard } from "@/lunora/tasks/lib/board";

export const create = memberMutation
    .input({
        projectId: v.id("projects"),
        title,
        body: longText,
        priority: taskPriority,
        parentId: v.optional(v.id("tasks")),
        labelIds: v.array(v.id("labels")).max(20),
    })
    .mutation(async ({ args, ctx }) => {
        const last = await lastCard(ctx.db, args.projectId, "todo");
        const taskId = await ctx.db.tasks.insert({
            ...args,
            status: "todo",
            reporterId: ctx.user._id,
            position: (last?.position ?? 0) + 1,
            createdAt: ctx.now,
            updatedAt: ctx.now,
        });
        await ctx.db.taskWatchers.insert({ workspaceId: args.workspaceId, taskId, userId: ctx.user._id });
        return taskId;
    });

export const move = memberMutation
    .input({ taskId: v.id("tasks"), status: taskStatus, position: v.number() })
    .mutation(async ({ args, ctx }) => {
        const task = await ctx.db.tasks.get(args.taskId);
        if (!task) {
            throw new LunoraError("NOT_FOUND", "No such task.");
        }
        const below = await cardsFrom(ctx.db, task.projectId, args.position);
        await Promise.all(below.map((card) => ctx.db.tasks.patch(card._id, { position: card.position + 1 })));
        await ctx.db.tasks.patch(task._id, { status: args.status, position: args.position, updatedAt: ctx.now });
        await notifyWatchers(ctx, task._id, `moved a task to ${args.status}`);
    });

export const assign = memberMutation
    .input({ taskId: v.id("tasks"), assigneeId: v.id("users").nullable(), dueAt: v.timestamp().nullable() })
    .mutation(async ({ args, ctx }) => {
        await ctx.db.tasks.patch(args.taskId, { assigneeId: args.assigneeId, dueAt: args.dueAt, updatedAt: ctx.now });
        if (args.assigneeId) {
            await ctx.db.taskWatchers.upsert({
                target: ["taskId", "userId"],
                create: { workspaceId: args.workspaceId, taskId: args.taskId, userId: args.assigneeId },
            });
        }
        await notifyWatchers(ctx, args.taskId, "assigned a task");
    });

export const watch = memberMutation
    .input({ taskId: v.id("tasks") })
    .mutation(({ args, ctx }) =>
        ctx.db.taskWatchers.insert({ ...args, userId: ctx.user._id }, { skipDuplicates: true }),
    );

export const remove = memberMutation
    .input({ taskId: v.id("tasks") })
    .mutation(async ({ args, ctx }) => {
        await ctx.db.tasks.delete(args.taskId);
        await record(ctx, {
            workspaceId: args.workspaceId,
            actorId: ctx.user._id,
            action: "task.remove",
            subject: args.taskId,
        });
    });

/** The last step of offboarding, on the workspace's shard. */
export const forgetHistory = internalMutation.mutation(async ({ ctx }) => {
    await Promise.all((await ctx.db.query("activity").collect()).map((row) => ctx.db.activity.delete(row._id)));
});
