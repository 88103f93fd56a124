import type { QueryCtx } from "../_generated/server";
import { odd } from "./odd";

export async function even(ctx: QueryCtx, depth: number): Promise<number> {
  if (depth === 0) return 0;
  const shelves = await ctx.db.query("shelves").withIndex("by_label").collect();
  return shelves.length + (await odd(ctx, depth - 1));
}
