import { between } from "./rank";

export interface NodeFields {
  parentId: string | null;
  rank: string;
  text: string;
  done: boolean;
  folded: boolean;
}

export interface OutlineNode extends NodeFields {
  _id: string;
}

export type Step =
  | { kind: "insert"; id: string; fields: NodeFields }
  | { kind: "patch"; id: string; fields: Partial<NodeFields> }
  | { kind: "delete"; id: string };

export type Plan = Step[];

export interface Tree {
  byId: Map<string, OutlineNode>;
  children: Map<string | null, OutlineNode[]>;
}

export function buildTree(nodes: readonly OutlineNode[]): Tree {
  const tree: Tree = { byId: new Map(), children: new Map() };
  for (const node of nodes) {
    tree.byId.set(node._id, node);
    const siblings = tree.children.get(node.parentId) ?? [];
    let at = siblings.length;
    while (at > 0 && siblings[at - 1]!.rank > node.rank) at -= 1;
    siblings.splice(at, 0, node);
    tree.children.set(node.parentId, siblings);
  }
  return tree;
}

const childrenOf = (tree: Tree, id: string | null) => tree.children.get(id) ?? [];

function rankAfter(tree: Tree, parentId: string | null, previous: string | null): string {
  const siblings = childrenOf(tree, parentId);
  const at = previous === null ? -1 : siblings.indexOf(tree.byId.get(previous)!);
  return between(siblings[at]?.rank ?? null, siblings[at + 1]?.rank ?? null);
}

export function planInsert(tree: Tree, id: string, parentId: string | null, previous: string | null, text: string): Plan {
  const rank = rankAfter(tree, parentId, previous);
  return [{ kind: "insert", id, fields: { parentId, rank, text, done: false, folded: false } }];
}

export function planMove(tree: Tree, id: string, parentId: string | null, previous: string | null): Plan {
  for (let above = parentId; above !== null; above = tree.byId.get(above)?.parentId ?? null) {
    if (above === id) return [];
  }
  return [{ kind: "patch", id, fields: { parentId, rank: rankAfter(tree, parentId, previous) } }];
}

export function planIndent(tree: Tree, id: string): Plan {
  const node = tree.byId.get(id);
  if (!node) return [];
  const siblings = childrenOf(tree, node.parentId);
  const above = siblings[siblings.indexOf(node) - 1];
  if (!above) return [];

  const last = childrenOf(tree, above._id).at(-1)?._id ?? null;
  const plan = planMove(tree, id, above._id, last);
  if (above.folded) plan.push({ kind: "patch", id: above._id, fields: { folded: false } });
  return plan;
}

export function planOutdent(tree: Tree, id: string): Plan {
  const parentId = tree.byId.get(id)?.parentId;
  const parent = parentId ? tree.byId.get(parentId) : undefined;
  return parent ? planMove(tree, id, parent.parentId, parent._id) : [];
}

/** A node goes with everything below it, the leaves first. */
export function planRemove(tree: Tree, id: string): Plan {
  const plan: Plan = [];
  for (const child of childrenOf(tree, id)) plan.push(...planRemove(tree, child._id));
  plan.push({ kind: "delete", id });
  return plan;
}
