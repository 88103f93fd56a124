import { v } from 'lunorash/server'
import { mutation, query } from '#lunora/lib/access'

export const ranking = query.query(async ({ ctx }) => {
  return await ctx.db.query('carriers').withIndex('by_region_rating').order('desc').collect()
})

export const regionTop = query.input({ region: v.string() }).query(({ ctx, args }) =>
  ctx.db
    .query('carriers')
    .withIndex('by_region_rating', (q) => q.eq('region', args.region).gte('rating', 4))
    .order('desc')
    .take(10),
)

export const inState = query.input({ state: v.string() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.carriers.findMany({ where: { homeState: args.state }, limit: 40 })
  return page
})

export const perRegion = query.query(async ({ ctx }) => {
  const carriers = await ctx.db.query('carriers').collect()
  return carriers.reduce<Record<string, number>>((acc, c) => {
    acc[c.region] = (acc[c.region] ?? 0) + 1
    return acc
  }, {})
})

export const driversOf = query.input({ carrierId: v.id('carriers') }).query(async ({ ctx, args }) => {
  return ctx.db
    .query('drivers')
    .withIndex('by_licence_carrier', (q) => q.eq('carrierId', args.carrierId))
    .collect()
})

export const onboard = mutation
  .input({ name: v.string(), mcNumber: v.string(), region: v.string(), state: v.string(), licences: v.array(v.string()) })
  .mutation(async ({ ctx, args: { licences, ...carrier } }) => {
    const carrierId = await ctx.db.carriers.insert({ ...carrier, rating: 0, active: true })
    for (const licence of licences.slice(0, 5)) await ctx.db.drivers.insert({ carrierId, licence, phone: null })
    return carrierId
  })

export const setPhone = mutation
  .input({ driverId: v.id('driver'), phone: v.string() })
  .mutation(({ ctx, args }) => ctx.db.drivers.patch(args.driverId as never, { phone: args.phone }))
