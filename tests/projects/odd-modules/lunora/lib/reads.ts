import type { QueryCtx as Context } from "../_generated/server";

/** The shelf with this id, if it is still there. 📦 */
export async function shelfById(context: Context, id: string) {
  const found = await context.db
    .query("shelves")
    .filter((shelf) => id === shelf["_id"])
    .first();
  return found;
}

export const jarsOn = async (context: Context, shelfId: string) =>
  context.db
    .query("jars")
    .withIndex("by_shelf", (q) => q.eq("shelfId", shelfId))
    .collect();
