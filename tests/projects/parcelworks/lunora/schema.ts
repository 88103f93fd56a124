import { defineSchema, defineTable, v } from '@lunora/server'

export default defineSchema({
  depots: defineTable({
    code: v.string().unique(),
    parentId: v.id('depots'),
  }).index('by_parent', ['parentId']),

  routes: defineTable({
    depotId: v.id('depots'),
    leadStopId: v.id('stops'),
    day: v.string(),
    closed: v.boolean(),
  })
    .index('by_depot_day', ['depotId', 'day'])
    .index('by_lead', ['leadStopId']),

  stops: defineTable({
    routeId: v.id('routes'),
    parcelId: v.id('parcels'),
    seq: v.number().int(),
    doneAt: v.optional(v.number()),
  })
    .index('by_route_seq', ['routeId', 'seq'])
    .index('by_parcel', ['parcelId']),

  customers: defineTable({ email: v.string().unique(), name: v.string(), tier: v.string() })
    .index('by_tier', ['tier']),

  parcels: defineTable({
    senderId: v.id('customers'),
    receiverId: v.optional(v.id('customers')),
    tracking: v.string(),
    weight: v.number(),
    state: v.string(),
    updatedAt: v.number(),
  })
    .index('by_receiver', ['receiverId'])
    .index('by_tracking', ['tracking'], { unique: true })
    .index('by_state', ['state'])
    .index('by_updated', ['updatedAt']),

  charges: defineTable({
    parcelId: v.id('parcels'),
    cents: v.number().int(),
    memo: v.string(),
  })
    .index('by_parcel', ['parcelId'])
    .relations((r) => ({ parcel: r.one('parcels', { field: 'parcelId' }) })),

  rates: defineTable({ zone: v.string(), cents: v.number(), updated_at: v.number() }).source({
    binding: 'PRICING',
    query: 'select id, zone, cents, updated_at from rates where updated_at > $1',
    mode: 'incremental',
    cursor: 'updated_at',
  }),

  surcharges: defineTable({ zone: v.string(), cents: v.number(), updated_at: v.number() }).source({
    binding: 'PRICING',
    query: 'select id, zone, cents, updated_at from surcharges where updated_at > $1',
    mode: 'incremental',
    cursor: 'updated_at',
    reconcileEveryMs: 3_600_000,
  }),

  quotas: defineTable({ depotCode: v.string(), daily: v.number() }).shardBy('depotCode').source({
    binding: 'PLANNING',
    query: 'select id, depot_code, daily from quotas',
  }),

  holidays: defineTable({ depotCode: v.string(), day: v.string() }).shardBy('depotCode').source({
    binding: 'PLANNING',
    query: 'select id, depot_code, day from holidays where depot_code = $1',
    tenantBy: (shardKey: string) => [shardKey],
  }),
})
