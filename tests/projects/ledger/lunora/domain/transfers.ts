import type { QueryCtx } from "../_generated/server";

type Filters = { state?: string; reference?: string };

/** db, then table, then state: reads well in a pipeline. */
export const inState =
  (db: QueryCtx["db"]) =>
  (table: "transfers") =>
  (state: string) =>
    db.query(table).filter((row) => row.state === state).collect();

export function applyFilters(reader: any, filters: Filters) {
  return reader.filter((row: any) => row.reference === filters.reference);
}

export function transfersOf(ctx: QueryCtx, accountId: string, state?: string) {
  return ctx.db.query("transfers").withIndex("by_from_state", (q) => {
    const own = q.eq("fromId", accountId);
    return state ? own.eq("state", state) : own;
  });
}

export const incoming = async (ctx: QueryCtx, state: string, rows = ctx.db.query("transfers").withIndex("by_to_state", (q) => q.eq("state", state))) =>
  rows.collect();
