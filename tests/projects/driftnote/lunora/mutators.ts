import { defineMutator, v } from 'lunorash/server'

import { planIndent, planRemoval } from '../src/shared/plan'
import { idArg, nodeKind, rankKey, userArg } from '../src/shared/validators'
import { assertOwner, type MutatorCtx } from './lib/ctx'
import { applyPlan, childrenOf, lastOrder, loadOutline, nodeByKey, orderTaken, put, rowsOf } from './lib/tree'

export const createNode = defineMutator({
  args: { ...userArg, nodeId: idArg, parentId: idArg.nullable(), kind: nodeKind, text: v.string().max(10_000) },
  client(tx: any, args: any) {
    tx.nodes.insert({ ...args, order: 'zz', done: false })
  },
  async server(ctx, args) {
    const tx = ctx as unknown as MutatorCtx
    assertOwner(tx, args.userId)
    if (await nodeByKey(tx, args.userId, args.nodeId)) return
    const order = await lastOrder(tx, args.userId, args.parentId)
    const { userId, ...row } = args
    await applyPlan(tx, [{ op: 'create', row: { ...row, order: order + 'n' } }], userId)
  },
})

export const removeNode = defineMutator({
  args: { ...userArg, nodeId: idArg },
  server: async (ctx, args) => {
    const tx = ctx as unknown as MutatorCtx
    assertOwner(tx, args.userId)
    const { index, children } = await loadOutline(tx)
    await applyPlan(tx, planRemoval(index, children, args.nodeId), args.userId)
  },
})

export const indentNode = defineMutator({
  args: { ...userArg, nodeId: idArg, under: idArg, order: rankKey },
  server: async (ctx, args) => {
    const tx = ctx as unknown as MutatorCtx
    assertOwner(tx, args.userId)
    if (await orderTaken(tx, args.userId, args.order)) throw new Error('order taken')
    const { index } = await loadOutline(tx)
    await applyPlan(tx, planIndent(index, args.nodeId, args.under, args.order), args.userId)
  },
})

export const setText = defineMutator({
  args: { ...userArg, nodeId: idArg, text: v.string() },
  server: async (ctx, { userId, nodeId, text }) => {
    const tx = ctx as unknown as MutatorCtx
    assertOwner(tx, userId)
    const node = await nodeByKey(tx, userId, nodeId)
    if (!node) return
    await tx.db.patch(node._id, { text, updatedAt: tx.now }, 'nodes')
    await tx.db.insertMany('outbox', [{ userId, topic: 'node.text', payload: { nodeId }, attempts: 0, dueAt: tx.now }])
  },
})

export const toggleAll = defineMutator({
  args: { ...userArg, parentId: idArg, done: v.boolean() },
  server: async (ctx, args) => {
    const tx = ctx as unknown as MutatorCtx
    assertOwner(tx, args.userId)
    const kids = await childrenOf(tx, args.userId, args.parentId)
    await Promise.all(kids.map((k) => tx.db.patch(k._id, { done: args.done }, 'nodes')))
  },
})

export const createTag = defineMutator({
  args: { ...userArg, label: v.string(), colour: v.string(), clientId: v.string() },
  server: async (ctx, { clientId, ...doc }) => {
    const tx = ctx as unknown as MutatorCtx
    assertOwner(tx, doc.userId)
    const existing = await rowsOf(tx, 'tags')
    if (existing.length >= 500) throw new Error('too many tags')
    await tx.db.insert('tags', doc, { clientId })
  },
})

export const tagNode = defineMutator({
  args: { ...userArg, nodeRef: v.id('nodes'), tagRef: v.id('tags') },
  server: async (ctx, args) => {
    const tx = ctx as unknown as MutatorCtx
    assertOwner(tx, args.userId)
    const linked = await tx.db
      .query('nodeTags')
      .withIndex('by_node', (q) => q.eq('userId', args.userId).eq('nodeRef', args.nodeRef).eq('tagRef', args.tagRef))
      .first()
    if (!linked) await put(tx, 'nodeTags', { ...args, addedAt: tx.now })
  },
})

export const deleteTag = defineMutator({
  args: { ...userArg, tagRef: v.id('tags') },
  server: async (ctx, args) => {
    const tx = ctx as unknown as MutatorCtx
    assertOwner(tx, args.userId)
    const links = await tx.db
      .query('nodeTags')
      .filter((link) => link.tagRef === args.tagRef)
      .collect()
    for (const link of links) await tx.db.delete(link._id, 'nodeTags')
    await tx.db.delete(args.tagRef, 'tags')
  },
})

export const touchNode = defineMutator({
  args: { ...userArg, ref: v.id('nodes') },
  server: async (ctx, args) => {
    const tx = ctx as unknown as MutatorCtx
    assertOwner(tx, args.userId)
    const node = await tx.db
      .query('nodes')
      .withIndex('by_parent', (q) => q.eq('userId', args.userId))
      .filter((n) => args.ref === n._id)
      .first()
    if (node) await tx.db.patch(node._id, { updatedAt: tx.now }, 'nodes')
  },
})
