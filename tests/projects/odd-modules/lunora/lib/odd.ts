import type { QueryCtx } from "../_generated/server";
import { even } from "./even";

export async function odd(ctx: QueryCtx, depth: number): Promise<number> {
  if (depth === 0) return 1;
  const top = await ctx.db.query("jars").order("desc").take(3);
  return top.length + (await even(ctx, depth - 1));
}
