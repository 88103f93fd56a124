import type { CtxLike } from "./readers";

export async function createRow(ctx: CtxLike, table: string, row: Record<string, unknown>): Promise<string> {
  return await ctx.db.insert(table, row);
}

export async function recordActivity(ctx: CtxLike, orgId: string, what: string, by: string) {
  await ctx.db.insert("activity", { orgId, what, by });
}
