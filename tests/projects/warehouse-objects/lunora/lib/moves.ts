import { LunoraError } from 'lunorash/server'
import type { Id } from '../_generated/dataModel'
import type { MutationCtx } from '../_generated/server'

type MoveArgs = { stockId: Id<'stock'>; delta: number; badge: string }

export const move = async (ctx: MutationCtx, { stockId, delta, badge }: MoveArgs) => {
  const staff = await ctx.db
    .query('staff')
    .withIndex('by_badge', (q) => q.eq('badge', badge))
    .unique()
  if (!staff) throw new LunoraError('NOT_FOUND', 'badge')
  const row = await ctx.db.get(stockId)
  if (!row) throw new LunoraError('NOT_FOUND', 'stock')
  await ctx.db.patch(stockId, { quantity: row.quantity + delta })
  await ctx.db.insert('movements', { stockId, delta, reason: 'adjust', at: ctx.now, staffId: staff._id })
}
