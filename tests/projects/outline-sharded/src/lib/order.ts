import type { Doc } from "../../lunora/_generated/dataModel"

export const byOrder = (a: Doc<"nodes">, b: Doc<"nodes">) => a.order - b.order
export const visible = (node: Doc<"nodes">) => node.doneAt === undefined

export function branchOf(nodes: Doc<"nodes">[], root: string): string[] {
  const children = new Map<string | null, string[]>()
  for (const { _id, parentId } of nodes) children.set(parentId, [...(children.get(parentId) ?? []), _id])
  const out: string[] = []
  const queue = [root]
  while (queue.length > 0) {
    const id = queue.pop() as string
    out.push(id)
    queue.push(...(children.get(id) ?? []))
  }
  return out
}
