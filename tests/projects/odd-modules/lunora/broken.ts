import { mutation } from "./_generated/server";
import type { MutationCtx } from "./_generated/server";

export const PAGE_SIZE = 20;
export const SHELF_TABLE = "shelves";

export async function cleanUp(ctx: MutationCtx) {
  const = await ctx.db.query("recipes").collect();
  return 0;
}

export const run = mutation.mutation(({ ctx }) => cleanUp(ctx));
