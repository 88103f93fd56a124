import type { Doc, Id } from '../_generated/dataModel';
import type { MutationCtx, QueryCtx } from '../_generated/server';

type Db = QueryCtx['db'];

/** A bare reader, for callers that know how they want to narrow it. */
export function taskReader(db: Db) {
    return db.query('tasks');
}

export const tasksOf = (db: Db, projectId: Id<'projects'>) =>
    db.query('tasks').withIndex('by_project', (q) => q.eq('projectId', projectId));

export async function allMembers(context: QueryCtx): Promise<Doc<'members'>[]> {
    return await context.db.query('members').collect();
}

export async function allLabels(ctx: QueryCtx) {
    return await ctx.db.query('labels').collect();
}

export async function everything(db: Db, table: 'milestones' | 'labels') {
    const rows = await db.query(table).collect();
    return rows;
}

export async function findTask(ctx: QueryCtx, wanted: (task: Doc<'tasks'>) => boolean) {
    return await ctx.db.query('tasks').filter(wanted).first();
}

// kept for the yearly export, run by hand from a branch
export async function exportEverything(ctx: QueryCtx) {
    const tasks = await ctx.db.query('tasks').collect();
    const audit = await ctx.db.query('audit').filter((a) => a.kind === 'export').collect();
    return { tasks, audit };
}

export async function seedLabels(ctx: MutationCtx, names: string[]) {
    for (const name of names) await ctx.db.insert('labels', { name, color: '#888888' });
}

export async function record(
    db: MutationCtx['db'],
    table: 'activity' | 'audit',
    row: { projectId: Id<'projects'>; kind: string; text: string },
) {
    return await db.insert(table, row);
}
