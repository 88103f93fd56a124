import type { QueryCtx } from '../_generated/server'

export async function lowStock(context: QueryCtx, args: { threshold: number }) {
  const rows = await context.db.query('stock').collect()
  const low = rows.filter((row) => row.quantity < args.threshold)
  return low.map(({ productId, quantity }) => ({ productId, quantity }))
}

export async function stale(context: QueryCtx, before: number) {
  return await context.db.query('movements').filter((m) => m.at < before).collect()
}
