import { internalMutation, internalQuery, mutation, query, v } from '../_generated/server'
import { api, internal } from '../_generated/api'
import type { GenericId } from 'convex/values'

export type LegacyChargeId = GenericId<'charges'>

export const add = mutation
  .input({ parcelId: v.id('parcels'), cents: v.number().int(), memo: v.string().max(200) })
  .mutation(async ({ ctx, args }) => {
    const id = await ctx.db.charges.insert(args)
    await ctx.runQuery(internal.ledger.charges.total, { parcelId: args.parcelId })
    return id
  })

export const total = query.input({ parcelId: v.id('parcels') }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.charges.findMany({ where: { parcelId: args.parcelId } })
  return page.reduce((sum, charge) => sum + charge.cents, 0)
})

export const memos = internalQuery.input({ parcelId: v.id('parcels'), memo: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query('charges')
    .withIndex('by_parcel', (q) => q.eq('parcelId', args.parcelId))
    .collect()
  return rows.filter((row) => row.memo === args.memo)
})

export const rollup = internalMutation.mutation(async ({ ctx }) => {
  const sched = ctx.scheduler
  ctx.log.info('rolled up')
  await sched.runAfter(3_600_000, internal.ledger.charges.rollup, {})
})

export const refund = mutation.input({ parcelId: v.id('parcels') }).mutation(async ({ ctx, args }) => {
  const sum = await ctx.runQuery(api.ledger.charges.total, { parcelId: args.parcelId })
  if (sum > 0) {
    await ctx.db.charges.insert({ parcelId: args.parcelId, cents: -sum, memo: 'refund' })
  }
})
