export interface PlanNode {
  _id?: string
  nodeId: string
  parentId: string | null
  order: string
  text: string
}

export type PlanOp =
  | { op: 'create'; row: PlanNode }
  | { op: 'update'; id: string; fields: Partial<PlanNode> }
  | { op: 'remove'; id: string }

export type NodeIndex = Map<string, PlanNode & { _id: string }>

/** Turns a subtree into removals, deepest first. */
export function planRemoval(index: NodeIndex, children: Map<string | null, string[]>, root: string): PlanOp[] {
  const ops: PlanOp[] = []
  const visit = (nodeId: string) => {
    for (const child of children.get(nodeId) ?? []) visit(child)
    const node = index.get(nodeId)
    if (node) ops.push({ op: 'remove', id: node._id })
  }
  visit(root)
  return ops
}

export function planIndent(index: NodeIndex, nodeId: string, under: string, order: string): PlanOp[] {
  const node = index.get(nodeId)
  if (!node || !index.has(under)) return []
  return [{ op: 'update', id: node._id, fields: { parentId: under, order } }]
}

// Used by the web client on its local collection.
export function visibleChildren(nodes: PlanNode[], parentId: string | null) {
  return nodes.filter((n) => n.parentId === parentId).sort((a, b) => (a.order < b.order ? -1 : 1))
}
