import type { NodeIndex, PlanOp } from '../../src/shared/plan'
import type { MutatorCtx, ReadCtx, ShardTable } from './ctx'

export async function loadNodes(ctx: ReadCtx) {
  return ctx.db.query('nodes').collect()
}

/** One pass over the outline: a map by id and the ordered child lists. */
export async function loadOutline(ctx: ReadCtx) {
  const index: NodeIndex = new Map()
  const children = new Map<string | null, string[]>()
  for (const row of await loadNodes(ctx)) {
    index.set(row.nodeId, row)
    const list = children.get(row.parentId)
    if (list) list.push(row.nodeId)
    else children.set(row.parentId, [row.nodeId])
  }
  return { index, children }
}

export const rowsOf = (ctx: ReadCtx, table: ShardTable) => ctx.db.query(table).collect()

export function childrenOf(ctx: ReadCtx, userId: string, parentId: string | null) {
  return ctx.db
    .query('nodes')
    .withIndex('by_parent', (q) => q.eq('userId', userId).eq('parentId', parentId))
    .collect()
}

export function nodeByKey(ctx: ReadCtx, userId: string, nodeId: string) {
  return ctx.db
    .query('nodes')
    .withIndex('by_node', (q) => q.eq('userId', userId).eq('nodeId', nodeId))
    .unique()
}

export async function lastOrder(ctx: ReadCtx, userId: string, parentId: string | null) {
  const inParent = ctx.db.query('nodes').withIndex('by_parent', (q) => q.eq('userId', userId).eq('parentId', parentId))
  const last = await inParent.order('desc').first()
  return last?.order ?? 'a0'
}

export async function orderTaken(ctx: ReadCtx, userId: string, order: string) {
  const hit = await ctx.db
    .query('nodes')
    .withIndex('by_parent', (q) => q.eq('userId', userId).eq('order', order))
    .first()
  return hit !== null
}

export async function applyPlan(ctx: MutatorCtx, plan: PlanOp[], userId: string) {
  for (const step of plan) {
    switch (step.op) {
      case 'create':
        await ctx.db.insert('nodes', { ...step.row, userId, updatedAt: ctx.now })
        break
      case 'update':
        await ctx.db.patch(step.id, { ...step.fields, updatedAt: ctx.now }, 'nodes')
        break
      case 'remove':
        await ctx.db.delete(step.id, 'nodes')
        break
    }
  }
}

export const put = (ctx: MutatorCtx, table: ShardTable, row: Record<string, unknown>) => ctx.db.insert(table, row)
