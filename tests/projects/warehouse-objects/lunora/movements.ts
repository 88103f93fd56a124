import { query } from './_generated/server'
import { v } from 'lunorash/server'

export default query({
  args: { stockId: v.id('stock'), since: v.number() },
  handler: async (ctx, args) => {
    return await ctx.db
      .query('movements')
      .withIndex('by_stock_at', (q) => q.eq('stockId', args.stockId).gte('at', args.since))
      .collect()
  },
})

export const ledger = query({
  args: { since: v.number() },
  handler: async (ctx, args) => {
    return await ctx.db
      .query('movements')
      .withIndex('by_stock_at')
      .filter((m) => m.at >= args.since)
      .collect()
  },
})

export const one = query({
  args: { id: v.id('movements') },
  handler: async (ctx, { id }) => {
    return await ctx.db.query('movements').filter(({ _id }) => _id === id).first()
  },
})
