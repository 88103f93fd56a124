import { mutation, query, v } from './_generated/server';
import { requireAccess } from './lib/access';
import { findTask, taskReader, tasksOf } from './lib/rows';
import { blockers, subtree } from './lib/tree';
import { note } from './model/activity';

export const assignedTo = query
    .input({ memberId: v.id('members') })
    .query(async ({ args, ctx }) => {
        return await taskReader(ctx.db)
            .filter((task) => task.assigneeId === args.memberId)
            .collect();
    });

export const newest = query.query(async ({ ctx }) => await taskReader(ctx.db).order('desc').take(25));

export const ofProject = query
    .input({ projectId: v.id('projects') })
    .query(async ({ args, ctx }) => {
        await requireAccess(ctx, args.projectId);
        return await tasksOf(ctx.db, args.projectId).collect();
    });

export const byExternalKey = query
    .input({ key: v.string() })
    .query(({ args, ctx }) => findTask(ctx, (task) => task.externalKey === args.key));

export const tree = query
    .input({ taskId: v.id('tasks') })
    .query(({ args, ctx }) => subtree(ctx, args.taskId));

export const chain = query
    .input({ taskId: v.id('tasks') })
    .query(({ args, ctx }) => blockers(ctx, args.taskId, new Set([args.taskId])));

export const create = mutation
    .input({ projectId: v.id('projects'), title: v.string(), estimate: v.number() })
    .mutation(async ({ args, ctx }) => {
        const { member } = await requireAccess(ctx, args.projectId);
        const id = await ctx.db.insert('tasks', { ...args, assigneeId: member._id, status: 'open' });
        await note(ctx, args.projectId, `created ${args.title}`);
        return id;
    });

export const block = mutation
    .input({ blockerId: v.id('tasks'), blockedId: v.id('tasks') })
    .mutation(async ({ args, ctx }) => {
        await ctx.db.insert('dependencies', args);
    });
