import { v as convexV } from 'convex/values'
import { action, internalMutation, mutation, query, v } from './_generated/server'
import { api, internal } from './_generated/api'

export const legacyShape = convexV.object({ tracking: convexV.string() })

export const create = mutation
  .input({ email: v.string().email().max(200), name: v.string().max(80), weight: v.number().positive() })
  .mutation(async ({ ctx, args }) => {
    const customer = await ctx.db.customers.findFirst({ where: { email: args.email } })
    const senderId = customer?._id ?? (await ctx.db.customers.insert({ email: args.email, name: args.name, tier: 'basic' }))
    const tracking = crypto.randomUUID()
    const parcelId = await ctx.db.parcels.insert({ senderId, tracking, weight: args.weight, state: 'new', updatedAt: ctx.now })
    await ctx.db.charges.insert({ parcelId, cents: 500, memo: 'base' })
    return { parcelId, tracking }
  })

export const deliver = mutation
  .input({ parcelId: v.id('parcels'), stopId: v.id('stops') })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.parcels.patch(args.parcelId, { state: 'delivered', updatedAt: ctx.now })
    await ctx.db.stops.patch(args.stopId, { doneAt: ctx.now })
    await ctx.scheduler.runAfter(0, 'parcels:notifySender', { parcelId: args.parcelId })
  })

const trackOne = query.input({ tracking: v.string().max(40) }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query('parcels')
    .withIndex('by_tracking', (q) => q.eq('tracking', args.tracking))
    .unique()
})

export { trackOne as track }

export const watch = action.input({ tracking: v.string().max(40) }).action(async ({ ctx, args }) => {
  const now = await ctx.runQuery(api.parcels.track, { tracking: args.tracking })
  const shared = await ctx.runQuery(api.public.track, { tracking: args.tracking })
  return { now, shared }
})

export const waitingFor = query.input({ receiverId: v.id('customers'), weight: v.number() }).query(({ ctx, args }) =>
  ctx.db.parcels.findMany({ where: { receiverId: args.receiverId, weight: args.weight } }),
)

export const loseStale = internalMutation.mutation(async ({ ctx }) => {
  const cutoff = ctx.now - 30 * 86_400_000
  for (const p of await ctx.db.query('parcels').withIndex('by_updated', (q) => q.lt('updatedAt', cutoff)).collect()) await ctx.db.parcels.patch(p._id, { state: 'lost' })
})

export const releaseHeld = internalMutation.mutation(async ({ ctx }) => {
  const held = await ctx.db
    .query('parcels')
    .withIndex('by_state', (q) => q.eq('state', 'held'))
    .collect()
  for (const p of held) await ctx.db.parcels.patch(p._id, { state: 'ready', updatedAt: ctx.now })
})

export const wake = internalMutation.input({ round: v.number() }).mutation(async ({ ctx, args }) => {
  if (args.round > 10) return
  await ctx.scheduler.runAfter(1_000, internal.parcels.wake, { round: args.round + 1 })
})
