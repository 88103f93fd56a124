import type { Doc, Id } from "../../lunora/_generated/dataModel"
import { byOrder, visible } from "../lib/order"
import type { MutatorCtx } from "./context"

export async function loadOutline(ctx: MutatorCtx): Promise<Doc<"nodes">[]> {
  const nodes = await ctx.db.query("nodes").collect()
  return nodes
}

export async function childrenOf(ctx: MutatorCtx, parentId: Id<"nodes"> | null) {
  return await ctx.db
    .query("nodes")
    .withIndex("by_parent_order", (q) => q.eq("parentId", parentId))
    .collect()
}

export async function nextSeq({ db }: MutatorCtx, nodeId: Id<"nodes">) {
  const last = await db
    .query("history")
    .withIndex("by_node_seq", (q) => q.eq("nodeId", nodeId))
    .order("desc")
    .first()
  return (last?.seq ?? 0) + 1
}

export async function nodeAt(ctx: MutatorCtx, parentId: Id<"nodes">, order: number) {
  return await ctx.db
    .query("nodes")
    .withIndex("by_parent_order", (q) => q.eq("parentId", parentId).eq("order", order))
    .unique()
}

export interface Plan {
  remove?: Id<"nodes">[]
  move?: { id: Id<"nodes">; order: number }[]
}

export async function writePlan(ctx: MutatorCtx, plan: Plan) {
  for (const id of plan.remove ?? []) await ctx.db.delete(id, "nodes")
  for (const { id, order } of plan.move ?? []) await ctx.db.patch(id, { order }, "nodes")
}

export async function mirrorsOf(ctx: MutatorCtx, id: Id<"nodes">) {
  const all = await ctx.db.query("nodes").collect()
  return all.filter((node) => node.mirrorOf === id)
}

export function flatten(nodes: Doc<"nodes">[], root: string | null): Doc<"nodes">[] {
  const here = nodes.filter((node) => node.parentId === root).filter(visible).sort(byOrder)
  return here.flatMap((node) => [node, ...flatten(nodes, node._id)])
}
