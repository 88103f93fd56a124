import { LunoraError } from '@lunora/server';
import type { Id } from '../_generated/dataModel';
import type { QueryCtx } from '../_generated/server';
import { membershipOf } from './membership';

export async function currentMember(ctx: QueryCtx) {
    const userId = ctx.auth.userId;
    if (!userId) throw new LunoraError('UNAUTHENTICATED', 'sign in');
    const member = await ctx.db
        .query('members')
        .withIndex('by_user', (q) => q.eq('userId', userId))
        .unique();
    if (!member) throw new LunoraError('FORBIDDEN', 'no profile');
    return member;
}

export async function requireAccess(ctx: QueryCtx, projectId: Id<'projects'>) {
    const member = await currentMember(ctx);
    const membership = await membershipOf(ctx.db, projectId, member._id);
    if (!membership) throw new LunoraError('FORBIDDEN', 'not on this project');
    return { member, membership };
}
