import { internalAction, internalMutation, mutation, query, v } from '../_generated/server'
import { internal } from '../_generated/api'
import { appendStop, assertOpen } from '../lib/stops'

export const create = mutation
  .input({ depotId: v.id('depots'), leadStopId: v.id('stops'), day: v.string().length(10) })
  .mutation(async ({ ctx, args }) => {
    const routeId = await ctx.db.routes.insert({ ...args, closed: false })
    await ctx.scheduler.runAfter(0, internal.dispatching_routes.tick, { routeId })
    return routeId
  })

export const extend = mutation
  .input({ routeId: v.id('routes'), parcelIds: v.array(v.id('parcels')).max(100) })
  .mutation(async ({ ctx, args }) => {
    let seq = 0
    for (const parcelId of args.parcelIds) {
      await appendStop(ctx, args.routeId, parcelId, seq++)
    }
  })

export const tick = internalMutation.input({ routeId: v.id('routes') }).mutation(async ({ ctx, args }) => {
  await assertOpen(ctx, args.routeId)
  await ctx.scheduler.runAfter(60_000, internal.dispatching.routes.tick, { routeId: args.routeId })
})

export const heartbeat = internalMutation.mutation(async ({ ctx }) => {
  ctx.log.info('dispatch alive')
  await ctx.scheduler.runAfter(30_000, internal.dispatching.routes.heartbeat, {})
})

export const forDay = query({
  args: { depotId: v.id('depots'), day: v.string() },
  handler: async (ctx, args) => {
    const today = new Date().toISOString().slice(0, 10)
    const routes = await ctx.db
      .query('routes')
      .withIndex('by_depot_day', (q) => q.eq('depotId', args.depotId).eq('day', args.day || today))
      .collect()
    return Promise.all(routes.map((r) => ctx.db.query('stops').withIndex('by_route_seq', (q) => q.eq('routeId', r._id)).collect()))
  },
})

export const follow = internalAction.input({ routeId: v.id('routes') }).action(async ({ ctx, args }) => {
  do {
    await ctx.runMutation(internal.dispatching.routes.heartbeat, {})
    ctx.log.info('following', { route: args.routeId })
  } while (true)
})
