import type { Id } from '../_generated/dataModel';
import type { QueryCtx } from '../_generated/server';

export async function auditTrail(db: QueryCtx['db'], projectId: Id<'projects'>) {
    return await db
        .query('audit')
        .withIndex('by_project_kind')
        .filter((entry) => entry.projectId === projectId)
        .take(30);
}

export async function auditOfKind(db: QueryCtx['db'], kind: string) {
    return await db.query('audit').withIndex('by_project_kind', (q) => q.eq('kind', kind)).collect();
}
