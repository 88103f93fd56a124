import { mutation, query } from './_generated/server'
import { v } from 'lunorash/server'
import { lowStock } from './lib/reports'
import { move } from './lib/moves'

const inWarehouse = query({
  args: { warehouseId: v.id('warehouses') },
  handler(ctx, args) {
    return ctx.db
      .query('stock')
      .withIndex('by_warehouse_product', (q) => q.eq('warehouseId', args.warehouseId))
      .collect()
  },
})

const everywhere = query({
  args: { productId: v.id('products') },
  handler(ctx, args) {
    return ctx.db
      .query('stock')
      .withIndex('by_warehouse_product', (q) => q.eq('productId', args.productId))
      .collect()
  },
})

export { inWarehouse as contents, everywhere as byProduct }

export const low = query({
  args: { threshold: v.number() },
  handler: lowStock,
})

export const inBin = query({
  args: { bin: v.string() },
  handler: (ctx, { bin }) => findBin(ctx.db, bin),
})

export const adjust = mutation({
  args: { stockId: v.id('stock'), delta: v.number(), badge: v.string() },
  handler: move,
})

export const receive = mutation({
  args: { warehouseId: v.id('warehouses'), productId: v.id('products'), quantity: v.number() },
  handler: async (ctx, args) => {
    const existing = await ctx.db
      .query('stock')
      .withIndex('by_warehouse_product', (q) => q.eq('warehouseId', args.warehouseId).eq('productId', args.productId))
      .unique()
    if (existing) return await ctx.db.patch(existing._id, { quantity: existing.quantity + args.quantity })
    await ctx.db.insert('stock', { ...args, bin: 'inbound' })
  },
})

function findBin(db, bin) {
  return db.query('stock').filter(({ bin: label }) => label === bin).take(20)
}
