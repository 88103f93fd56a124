import { v } from 'lunorash/server'
import { mutation, query, shipmentByReference } from './lib/access'

export const forCarrier = query
  .input({ carrierId: v.id('carriers') })
  .query(async ({ ctx, args }) => {
    const all = await ctx.db.query('shipments').collect()
    return all.filter((s) => args.carrierId === s.carrierId)
  })

export const detail = query.input({ id: v.id('shipments') }).query(async ({ ctx, args }) => {
  const shipment = await ctx.db
    .query('shipments')
    .filter(({ _id }) => _id === args.id)
    .first()
  if (!shipment) return null
  const stops = await ctx.db
    .query('stops')
    .withIndex('by_shipment_seq', (q) => q.eq('shipmentId', shipment._id))
    .collect()
  return { ...shipment, stops }
})

export const track = query
  .input({ reference: v.string() })
  .query(async ({ ctx, args }) => shipmentByReference(ctx, args.reference))

export const lookup = query.input({ text: v.string() }).query(async ({ ctx, args }) => {
  return ctx.db
    .query('shipments')
    .withIndex('search_reference', (q) => q.eq('reference', args.text))
    .take(10)
})

export const board = query
  .input({ from: v.timestamp(), to: v.timestamp() })
  .query(async ({ ctx, args }) => {
    const booked = await ctx.db
      .query('shipments')
      .withIndex('by_status_pickup', (q) =>
        q.gte('pickupAt', args.from).lt('pickupAt', args.to).eq('status', 'booked'),
      )
      .collect()
    const moving = await ctx.db
      .query('shipments')
      .withIndex('by_status_pickup', (q) => q.eq('status', 'moving').gt('pickupAt', args.from).gte('pickupAt', args.to))
      .collect()
    const delivered = await ctx.db
      .query('shipments')
      .withIndex('by_status_pickup', (q) =>
        q.eq('status', 'delivered').gte('pickupAt', args.from).lt('pickupAt', args.to),
      )
      .collect()
    return { booked, moving, delivered }
  })

export const newest = query.query(({ ctx }) => ctx.db.query('shipment').order('desc').take(5))

export const recent = query
  .input({ n: v.number() })
  .query(({ ctx, args }) => ctx.db.query('shipments').order('desc').take(args.n))

export const recentCapped = query
  .input({ n: v.number().int().max(50) })
  .query(({ ctx, args }) => ctx.db.query('shipments').order('desc').take(args.n))

export const book = mutation
  .input({
    reference: v.string(),
    customerId: v.string(),
    originId: v.string(),
    weightKg: v.number(),
    pickupAt: v.timestamp(),
  })
  .mutation(async ({ ctx, args }) => {
    const id = await ctx.db.insert('shipments', {
      ...args,
      originId: args.originId as never,
      status: 'booked',
      expires: args.pickupAt + 90 * 86_400_000,
    })
    await ctx.db.insert('shipmentEvents', { shipmentId: id, kind: 'booked', at: ctx.now })
    return id
  })
