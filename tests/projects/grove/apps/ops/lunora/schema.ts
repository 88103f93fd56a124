import { defineSchema, defineTable, v } from "lunorash/server";

export default defineSchema({
  shipments: defineTable({ depot: v.string(), orderRef: v.string(), state: v.string(), weight: v.number() })
    .shardBy("depot")
    .index("by_ref", ["orderRef"], { unique: true })
    .index("by_state_weight", ["state", "weight"]),
  stops: defineTable({ depot: v.string(), shipmentId: v.id("shipments"), seq: v.number() })
    .shardBy("depot")
    .index("by_depot_shipment", ["depot", "shipmentId"]),
  staff: defineTable({ login: v.string().unique(), name: v.string() }).global(),
  tallies: defineTable({ day: v.string().unique(), parcels: v.number() }),
});
