import type { Id } from '../_generated/dataModel';
import type { MutationCtx, QueryCtx } from '../_generated/server';
import { record } from '../lib/rows';
import { auditTrail } from './audit';

export async function recent(context: QueryCtx, projectId: Id<'projects'>) {
    const [activity, audit] = await Promise.all([
        context.db
            .query('activity')
            .withIndex('by_project', (q) => q.eq('projectId', projectId))
            .order('desc')
            .take(30),
        auditTrail(context.db, projectId),
    ]);
    return { activity, audit };
}

export async function note(context: MutationCtx, projectId: Id<'projects'>, text: string) {
    await record(context.db, 'activity', { projectId, kind: 'note', text });
    await record(context.db, 'audit', { projectId, kind: 'note', text });
}
