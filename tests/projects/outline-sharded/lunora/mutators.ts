import { defineMutator, v } from "lunorash/server"
import { assertOwner, type MutatorCtx } from "../src/server/context"
import { childrenOf, loadOutline, nextSeq, writePlan } from "../src/server/nodes"
import { branchOf } from "../src/lib/order"
import { nodePatch, idArg } from "./validators"
import type { Id } from "./_generated/dataModel"

export const addNode = defineMutator({
  args: { userId: v.string(), text: v.string(), parentId: v.string().nullable() },
  owner: "userId",
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx
    assertOwner(ctx, args.userId)
    const parentId = args.parentId as Id<"nodes"> | null
    const siblings = await childrenOf(ctx, parentId)
    const last = siblings.at(-1)
    return await ctx.db.insert("nodes", {
      userId: args.userId,
      text: args.text,
      parentId,
      order: (last?.order ?? 0) + 1,
      collapsed: false,
    })
  },
})

export const editNode = defineMutator({
  args: { userId: v.string(), id: idArg, patch: nodePatch },
  owner: "userId",
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx
    assertOwner(ctx, args.userId)
    const id = args.id as Id<"nodes">
    const node = await ctx.db.get(id, "nodes")
    if (!node) return
    const seq = await nextSeq(ctx, id)
    await ctx.db.insert("history", { userId: args.userId, nodeId: id, seq, before: node.text })
    await ctx.db.patch(id, args.patch, "nodes")
  },
})

export const removeBranch = defineMutator({
  args: { userId: v.string(), id: idArg },
  owner: "userId",
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx
    assertOwner(ctx, args.userId)
    const nodes = await loadOutline(ctx)
    await writePlan(ctx, { remove: branchOf(nodes, args.id) as Id<"nodes">[] })
  },
})

export const tagNode = defineMutator({
  args: { userId: v.string(), nodeId: idArg, label: v.string() },
  owner: "userId",
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx
    assertOwner(ctx, args.userId)
    const existing = await ctx.db.query("tags").filter((tag) => tag.label === args.label).first()
    const tagId = existing?._id ?? (await ctx.db.insert("tags", { userId: args.userId, label: args.label, hue: 0 }))
    await ctx.db.insert("nodeTags", { userId: args.userId, nodeId: args.nodeId as Id<"nodes">, tagId })
  },
})

export const untagNode = defineMutator({
  args: { userId: v.string(), nodeId: idArg },
  owner: "userId",
  server: async (rawCtx, args) => {
    const { db } = rawCtx as unknown as MutatorCtx
    const links = await db
      .query("nodeTags")
      .withIndex("by_user_node", (q) => q.eq("userId", args.userId).eq("nodeId", args.nodeId))
      .collect()
    for (const link of links) await db.delete(link._id, "nodeTags")
  },
})

export const pruneTag = defineMutator({
  args: { userId: v.string(), tagId: v.string() },
  owner: "userId",
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx
    const links = await ctx.db.query("nodeTags").collect()
    for (const link of links.filter((l) => l.tagId === args.tagId)) await ctx.db.delete(link._id, "nodeTags")
    await ctx.db.delete(args.tagId as Id<"tags">, "tags")
  },
})

export const touchTag = defineMutator({
  args: { userId: v.string(), tagId: v.string(), hue: v.number() },
  owner: "userId",
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx
    const tag = await ctx.db.query("tags").filter((t) => args.tagId === t._id).unique()
    if (tag) await ctx.db.patch(tag._id, { hue: args.hue }, "tags")
  },
})
