import type { OutlineNode, Plan } from "../../src/lib/outline";
import { insertOwned, type MutatorCtx } from "./ctx";

export async function loadNodes(ctx: MutatorCtx): Promise<OutlineNode[]> {
  const rows = await ctx.db.query("nodes").collect();
  return rows as unknown as OutlineNode[];
}

export async function applyPlan(ctx: MutatorCtx, userId: string, plan: Plan): Promise<void> {
  for (const step of plan) {
    switch (step.kind) {
      case "insert":
        await ctx.db.insert("nodes", { ...step.fields, userId, updatedAt: ctx.now }, { clientId: step.id });
        break;
      case "patch":
        await ctx.db.patch(step.id, { ...step.fields, updatedAt: ctx.now }, "nodes");
        break;
      case "delete":
        await ctx.db.delete(step.id, "nodes");
        break;
    }
  }
}

/** Keeps the text that is about to be overwritten, for the history panel. */
export async function keepRevision(ctx: MutatorCtx, userId: string, nodeId: string): Promise<void> {
  const node = await ctx.db.get(nodeId, "nodes");
  if (node) {
    await insertOwned(ctx, "revisions", userId, { nodeId, before: node.text, at: ctx.now });
  }
}
