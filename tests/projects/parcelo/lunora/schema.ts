import { defineSchema, defineTable, v } from "@lunora/server";
import { byTenant, timestamps, money } from "./lib/fields";

const PARCEL_STATES = ["created", "collected", "in_transit", "delivered", "lost"] as const;
const parcelState = v.union(...PARCEL_STATES.map((s) => v.literal(s)));

export default defineSchema({
  merchants: defineTable({
    name: v.string(),
    apiKeyHash: v.string().unique(),
    ownerUserId: v.string(),
    ...timestamps(),
  })
    .index("by_owner", ["ownerUserId"])
    .index("by_created", ["createdAt"]),

  depots: defineTable({
    code: v.string(),
    city: v.string(),
    parentDepotId: v.id("depots").nullable(),
    position: v.geoPoint(),
  })
    .index("by_code", ["code"], { unique: true })
    .index("by_parent", ["parentDepotId"])
    .geoIndex("near", { field: "position" }),

  couriers: defineTable({
    depotId: v.id("depots"),
    name: v.string(),
    phone: v.string(),
    active: v.boolean(),
    shift: v.union(v.literal("early"), v.literal("late")),
  }).index("by_depot_shift", ["depotId", "shift"]),

  parcels: defineTable({
    ...byTenant,
    trackingCode: v.string(),
    depotId: v.optional(v.id("depots")),
    courierId: v.optional(v.id("couriers")),
    state: parcelState,
    weightGrams: v.number().int().positive(),
    price: money,
    labelFile: v.optional(v.id("_storage")),
    tagIds: v.array(v.id("labels")),
    ...timestamps(),
  })
    .index("by_merchant_state", ["merchantId", "state"])
    .index("by_merchant_created", ["merchantId", "createdAt"])
    .index("by_tracking", ["trackingCode"], { unique: true })
    .index("by_depot", ["depotId", "state"])
    .index("by_courier", ["courierId", "state"])
    .searchIndex("search_tracking", { field: "trackingCode", filterFields: ["merchantId"] }),

  labels: defineTable({ ...byTenant, text: v.string() }).index("by_merchant", ["merchantId", "text"]),

  scans: defineTable({
    parcelId: v.id("parcels"),
    depotId: v.id("depots"),
    kind: v.string(),
    scannedAt: v.number(),
  })
    .index("by_parcel", ["parcelId", "scannedAt"])
    .index("by_depot", ["depotId"]),

  tariffs: defineTable({
    zone: v.string(),
    maxGrams: v.number(),
    price: money,
  })
    .index("by_zone", ["zone"])
    .index("by_zone_weight", ["zone", "maxGrams"]),

  holidays: defineTable({ country: v.string(), date: v.string() })
    .global()
    .index("by_country_date", ["country", "date"]),
});
