import { defineSchema, defineTable, v } from 'lunorash/server'

const money = v.number().min(0)

const status = v.union(
  v.literal('draft'),
  v.literal('booked'),
  v.literal('moving'),
  v.literal('delivered'),
)

export default defineSchema({
  carriers: defineTable({
    name: v.string(),
    mcNumber: v.string(),
    region: v.string(),
    rating: v.number(),
    state: v.string(),
    active: v.boolean(),
  })
    .index('by_mc', ['mcNumber'], { unique: true })
    .index('by_region', ['region'])
    .index('by_region_rating', ['region', 'rating']),

  drivers: defineTable({
    carrierId: v.id('carriers'),
    licence: v.string(),
    phone: v.string().nullable(),
  }).index('by_licence_carrier', ['licence', 'carrierId']),

  shipments: defineTable({
    reference: v.string(),
    customerId: v.string(),
    carrierId: v.optional(v.id('carriers')),
    originId: v.id('depots'),
    status,
    weightKg: v.number(),
    pickupAt: v.timestamp(),
    expires: v.number(),
  })
    .index('by_customer', ['custId'])
    .index('by_origin', ['originId'])
    .index('by_status_pickup', ['status', 'pickupAt'])
    .index('by_weight', [])
    .searchIndex('search_reference', { field: 'reference' })
    .ttl('expiresAt'),

  stops: defineTable({
    shipmentId: v.id('shipments'),
    seq: v.number().int(),
    city: v.string(),
    arrivedAt: v.number().nullable(),
  }).index('by_shipment_seq', ['shipmentId', 'seq']),

  rateCards: defineTable({
    lane: v.string(),
    perKm: money,
    validFrom: v.timestamp(),
  })
    .index('by_lane', ['lane', 'validFrom'])
    .rankIndex('cheapest', { sortBy: [] }),

  invoices: defineTable({
    shipmentId: v.id('shipments'),
    number: v.string(),
    total: money,
    paid: v.boolean(),
  })
    .index('by_shipment', ['shipmentId'])
    .index('invoice_shipment', ['shipmentId']),
})
