import type { Id } from '../_generated/dataModel';
import type { QueryCtx } from '../_generated/server';

export function membershipOf(db: QueryCtx['db'], projectId: Id<'projects'>, memberId: Id<'members'>) {
    return db
        .query('memberships')
        .withIndex('by_project_member', (q) => q.eq('projectId', projectId).eq('memberId', memberId))
        .unique();
}

export function projectsOf(db: QueryCtx['db'], memberId: Id<'members'>) {
    return db
        .query('memberships')
        .withIndex('by_member', (q) => q.eq('memberId', memberId))
        .collect();
}

export function leadsAbove(db: QueryCtx['db'], level: number) {
    return db
        .query('memberships')
        .filter((m) => m.level >= level)
        .collect();
}
