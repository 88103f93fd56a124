import { internalMutation, mutation, query } from './_generated/server'
import { v } from 'lunorash/server'

export default mutation({
  args: { carrierId: v.id('carriers'), warehouseId: v.id('warehouses'), tracking: v.string() },
  handler: async (ctx, args) => ctx.db.insert('shipments', { ...args, sentAt: ctx.now }),
})

export const board = query({
  args: {},
  handler: async (ctx) => {
    const carriers = await ctx.db.query('carriers').take(50)
    return await Promise.all(
      carriers.map(async (carrier) => ({
        carrier: carrier.name,
        last: await ctx.db
          .query('shipments')
          .withIndex('by_carrier', (q) => q.eq('carrierId', carrier._id))
          .order('desc')
          .first(),
      })),
    )
  },
})

export const track = query({
  args: { tracking: v.string() },
  handler: trackOne,
})

export const timeline = query({
  args: {},
  handler: async (ctx) => {
    const rows = await ctx.db.query('shipments').withIndex('by_warehouse_sent').collect()
    return rows.map((row) => row.sentAt)
  },
})

export const openWarehouse = internalMutation({
  args: { code: v.string(), city: v.string(), badge: v.string(), name: v.string() },
  async handler(ctx, { code, city, badge, name }) {
    const managerId = await ctx.db.insert('staff', { badge, name })
    const warehouseId = await ctx.db.insert('warehouses', { code, city, managerId })
    await ctx.db.patch(managerId, { warehouseId })
    return warehouseId
  },
})

export const warehouse = query({
  args: { code: v.string() },
  handler: (ctx, args) =>
    ctx.db
      .query('warehouses')
      .withIndex('by_codes', (q) => q.eq('code', args.code))
      .first(),
})

async function trackOne(ctx, args) {
  const wanted = args.tracking.trim().toUpperCase()
  for await (const row of ctx.db.query('shipments')) if (row.tracking === wanted) return row
  return null
}
