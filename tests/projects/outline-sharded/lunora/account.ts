import { internalMutation, internalQuery, mutation, query, v } from "./_generated/server"
import type { MutatorCtx } from "../src/server/context"
import { nodeAt } from "../src/server/nodes"

const SHARD_TABLES = ["nodes", "tags", "nodeTags", "history", "settings"] as const

export const wipe = internalMutation.mutation(async ({ ctx }) => {
  await (ctx as unknown as MutatorCtx).db.wipeShard({ tables: [...SHARD_TABLES] })
})

export const exportAll = internalQuery.query(async ({ ctx }) => {
  const [nodes, tags] = await Promise.all([
    ctx.db.query("nodes").withIndex("by_parent_order").collect(),
    ctx.db.query("tags").collect(),
  ])
  return { nodes, tags }
})

export const home = query.query(async ({ ctx }) => {
  const settings = await ctx.db.query("settings").first()
  return settings?.homeId ? await ctx.db.nodes.get(settings.homeId) : null
})

export const undo = mutation.input({ nodeId: v.id("nodes") }).mutation(async ({ ctx, args }) => {
  const last = await ctx.db
    .query("history")
    .withIndex("by_node_seq", (q) => q.eq("nodeId", args.nodeId))
    .order("desc")
    .first()
  if (!last) return false
  await ctx.db.nodes.patch(args.nodeId, { text: last.before })
  await ctx.db.history.delete(last._id)
  return true
})

export const trimHistory = internalMutation.input({ below: v.number() }).mutation(async ({ ctx, args }) => {
  const rows = await ctx.db.query("history").withIndex("by_node_seq", (q) => q.lt("seq", args.below)).collect()
  await ctx.db.history.deleteMany(rows.map((row) => row._id))
})

export const at = query
  .input({ parentId: v.id("nodes"), order: v.number() })
  .query(({ ctx, args }) => nodeAt(ctx as unknown as MutatorCtx, args.parentId, args.order))
