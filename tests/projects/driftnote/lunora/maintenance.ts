import { v } from 'lunorash/server'

import { internalMutation, internalQuery } from './_generated/server'
import type { ReadCtx } from './lib/ctx'
import { loadOutline } from './lib/tree'

const DAY = 86_400_000
const EXPORTED = ['nodes', 'tags', 'nodeTags'] as const
const WIPED = ['nodes', 'tags', 'nodeTags', 'settings', 'snapshots', 'outbox'] as const

export const exportShard = internalQuery.query(async ({ ctx }) => {
  const out: Record<string, unknown[]> = {}
  for (const table of EXPORTED) out[table] = await ctx.db.query(table).collect()
  return out
})

export const orphanCount = internalQuery.query(async ({ ctx }) => {
  const { index } = await loadOutline(ctx as unknown as ReadCtx)
  let orphans = 0
  for await (const node of ctx.db.query('nodes')) {
    if (node.parentId !== null && !index.has(node.parentId)) orphans++
  }
  return orphans
})

export const snapshot = internalMutation.input({ nodeRef: v.id('nodes') }).mutation(async ({ ctx, args }) => {
  const node = await ctx.db.nodes.get(args.nodeRef)
  if (!node) return null
  const [latest] = await ctx.db
    .query('snapshots')
    .withIndex('by_node_taken', (q) => q.eq('nodeRef', args.nodeRef))
    .order('desc')
    .take(1)
  if (latest?.body === node.text) return latest._id
  return ctx.db.snapshots.insert({ userId: node.userId, nodeRef: args.nodeRef, body: node.text, takenAt: ctx.now })
})

export const thinSnapshots = internalMutation.input({ nodeRef: v.id('nodes') }).mutation(async ({ ctx, args }) => {
  const { page } = await ctx.db.snapshots.findMany({
    where: { nodeRef: args.nodeRef, takenAt: { lt: ctx.now - 30 * DAY } },
  })
  await ctx.db.snapshots.deleteMany(page.map((s) => s._id))
})

export const drainOutbox = internalMutation.mutation(async ({ ctx }) => {
  const due = await ctx.db
    .query('outbox')
    .withIndex('by_due', (q) => q.lte('dueAt', ctx.now))
    .take(50)
  for (const { _id, attempts } of due) {
    if (attempts > 8) await ctx.db.delete(_id, 'outbox')
    else await ctx.db.patch(_id, { attempts: attempts + 1, dueAt: ctx.now + 2 ** attempts * 1000 }, 'outbox')
  }
  return due.length
})

export const forgetUser = internalMutation.mutation(async ({ ctx }) => {
  await ctx.db.wipeShard({ tables: [...WIPED] })
})
