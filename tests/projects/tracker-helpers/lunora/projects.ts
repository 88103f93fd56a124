import { mutation, query, v } from './_generated/server';
import { allLabels, everything } from './lib/rows';
import { recent } from './model/activity';
import { auditOfKind } from './model/audit';

export const overview = query
    .input({ projectId: v.id('projects') })
    .query(({ args, ctx }) => recent(ctx, args.projectId));

export const auditByKind = query
    .input({ kind: v.string() })
    .query(async ({ args, ctx }) => auditOfKind(ctx.db, args.kind));

export const labels = query.query(({ ctx }) => allLabels(ctx));

export const palette = query.query(async ({ ctx }) => {
    const rows = await allLabels(ctx);
    return rows.map((label) => label.color);
});

export const allMilestones = query.query(async ({ ctx }) => everything(ctx.db, 'milestones'));

export const upcoming = query
    .input({ projectId: v.id('projects'), from: v.number() })
    .query(({ args, ctx }) =>
        ctx.db
            .query('milestones')
            .withIndex('by_project_due', (q) => q.eq('projectId', args.projectId).gte('due', args.from))
            .take(10),
    );

export const template = query
    .input({ name: v.string() })
    .query(({ args, ctx }) =>
        ctx.db
            .query('templates')
            .withIndex('by_name', (q) => q.eq('name', args.name))
            .first(),
    );

export const create = mutation
    .input({ key: v.string(), name: v.string() })
    .mutation(async ({ args, ctx }) => {
        const projectId = await ctx.db.insert('projects', args);
        await ctx.db.insert('milestones', { projectId, title: 'first release', due: ctx.now + 30 * 86_400_000 });
        return projectId;
    });
