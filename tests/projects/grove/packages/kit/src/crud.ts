type Reads = { db: any };

/** Small table access objects; every app makes its own with `crud("table")`. */
export function crud<const Table extends string>(table: Table) {
  const create = (ctx: Reads, doc: Record<string, unknown>): Promise<string> => ctx.db.insert(table, doc);

  const newest = (ctx: Reads, count = 20) => ctx.db.query(table).order("desc").take(Math.min(count, 100));

  async function all(ctx: Reads) {
    const rows = await ctx.db.query(table).collect();
    return rows as ReadonlyArray<Record<string, any>>;
  }

  return { create, newest, all, table } as const;
}
