import type { QueryCtx } from '../../lunora/_generated/server';

export async function countRows(ctx: QueryCtx, table: 'teachers') {
  const rows = await ctx.db.query(table).collect();
  return rows.length;
}
