import type { MutationCtx as Context } from "../_generated/server";

const JARS = "jars";

export function addJar(context: Context, shelfId: string, grams: number) {
  return context.db.insert(JARS, { shelfId, grams });
}
