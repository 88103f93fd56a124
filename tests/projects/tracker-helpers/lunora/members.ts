import { mutation, query, v } from './_generated/server';
import { currentMember } from './lib/access';
import { leadsAbove, projectsOf } from './lib/membership';
import { allMembers } from './lib/rows';

export const lookup = query
    .input({ email: v.string() })
    .query(async ({ args, ctx }) => {
        const members = await allMembers(ctx);
        return members.filter((member) => member.email === args.email);
    });

export const headcount = query.query(async ({ ctx }) => (await allMembers(ctx)).length);

export const leads = query
    .input({ level: v.number() })
    .query(({ args, ctx }) => leadsAbove(ctx.db, args.level));

export const myProjects = query.query(async ({ ctx }) => {
    const me = await currentMember(ctx);
    const rows = await projectsOf(ctx.db, me._id);
    const high = rows.map((row) => row.level).filter((level) => level > 2);
    return { rows, high: high.length };
});

export const join = mutation
    .input({ projectId: v.id('projects') })
    .mutation(async ({ args, ctx }) => {
        const me = await currentMember(ctx);
        await ctx.db.insert('memberships', { projectId: args.projectId, memberId: me._id, level: 0 });
    });

export const register = mutation
    .input({ email: v.string(), displayName: v.string() })
    .mutation(async ({ args, ctx }) => {
        const userId = ctx.auth.userId;
        if (!userId) return null;
        return await ctx.db.insert('members', { ...args, userId });
    });
