import { v } from 'lunorash/server'
import { internalMutation } from './_generated/server.js'
import { mutation, query } from './lib/access'

export const quote = query
  .input({ lane: v.string(), km: v.number() })
  .query(async ({ ctx, args }) => {
    const card = await ctx.db
      .query('rateCards')
      .withIndex('by_lane', (q) => q.eq('lane', args.lane).lte('validFrom', ctx.now))
      .order('desc')
      .first()
    return card ? card.perKm * args.km : null
  })

export const invoice = mutation
  .input({ shipmentId: v.id('shipments'), total: v.number() })
  .mutation(async ({ ctx, args }) => {
    const existing = await ctx.db.query('invoices').withIndex('by_ship', (q) => q.eq('shipmentId', args.shipmentId)).first()
    if (existing) return existing._id
    return ctx.db.insert('invoices', { ...args, number: `INV-${ctx.now}`, paid: false })
  })

export const unpaid = query.query(async ({ ctx }) => {
  const open = []
  for await (const inv of ctx.db.query('invoices')) {
    if (inv.paid !== false) continue
    open.push(inv)
  }
  return open
})

export const markStop = mutation
  .input({ stopId: v.id('stops'), at: v.number() })
  .mutation(({ ctx, args }) => (ctx.db as any).patch(args.stopId, { arrivedAt: args.at }, 'stop'))

export const addStop = mutation
  .input({ shipmentId: v.id('shipments'), seq: v.number(), city: v.string() })
  .mutation(({ ctx, args }) => ctx.db.stops.insert({ ...args, arrivedAt: null }))

export const dropDrafts = internalMutation.mutation(async ({ ctx }) => {
  for (const s of await ctx.db.query('shipments').collect()) {
    if (s.status !== 'draft') continue
    await ctx.db.shipments.delete(s._id)
  }
})
