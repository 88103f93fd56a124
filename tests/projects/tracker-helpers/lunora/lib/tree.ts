import type { Doc, Id } from '../_generated/dataModel';
import type { QueryCtx } from '../_generated/server';

export async function subtree(ctx: QueryCtx, rootId: Id<'tasks'>, depth = 0): Promise<Doc<'tasks'>[]> {
    if (depth > 12) return [];
    const children = await ctx.db
        .query('tasks')
        .withIndex('by_parent', (q) => q.eq('parentId', rootId))
        .collect();
    const below = await Promise.all(children.map((child) => subtree(ctx, child._id, depth + 1)));
    return [...children, ...below.flat()];
}

export async function blockers(context: QueryCtx, taskId: Id<'tasks'>, seen: Set<string>): Promise<string[]> {
    const edges = await context.db
        .query('dependencies')
        .withIndex('by_blocked', (q) => q.eq('blockedId', taskId))
        .collect();
    const out: string[] = [];
    for (const edge of edges) {
        if (seen.has(edge.blockerId)) continue;
        seen.add(edge.blockerId);
        out.push(edge.blockerId, ...(await consequences(context, edge.blockerId, seen)));
    }
    return out;
}

async function consequences(context: QueryCtx, taskId: Id<'tasks'>, seen: Set<string>): Promise<string[]> {
    const edges = await context.db
        .query('dependencies')
        .filter((edge) => edge.blockerId === taskId)
        .collect();
    const out: string[] = [];
    for (const edge of edges) {
        out.push(...(await blockers(context, edge.blockedId, seen)));
    }
    return out;
}
