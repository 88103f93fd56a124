import { defineSchema, defineTable, v } from "lunorash/server";
import { crewTables } from "./crew/tables";

const vesselStatus = v.union(v.literal("active"), v.literal("laid_up"), v.literal("sold"));

export default defineSchema({
  ...crewTables,
  ports: defineTable({ code: v.string().unique(), name: v.string(), country: v.string() }),
  vessels: defineTable({
    name: v.string(),
    homePortId: v.id("ports"),
    status: vesselStatus,
    capacity: v.number(),
    seenAt: v.optional(v.number()),
  })
    .index("by_home_port", ["homePortId"])
    .index("by_status_capacity", ["status", "capacity"])
    .index("by_name", ["name"]),
  sailings: defineTable({
    vesselId: v.id("vessels"),
    fromPortId: v.id("ports"),
    toPortId: v.id("ports"),
    departsAt: v.number(),
    status: v.string(),
    seatsLeft: v.number().int(),
  })
    .index("by_vessel_departs", ["vesselId", "departsAt"])
    .index("by_from_departs", ["fromPortId", "departsAt"]),
  passengers: defineTable({
    email: v.string().unique(),
    name: v.string(),
    loyaltyTier: v.number(),
  }),
  bookings: defineTable({
    sailingId: v.id("sailings"),
    passengerId: v.id("passengers"),
    reference: v.string().unique(),
    state: v.string(),
    paidCents: v.number(),
  })
    .index("by_sailing", ["sailingId"])
    .index("by_sailing_state", ["sailingId", "state"])
    .index("by_passenger", ["passengerId"]),
  fareRules: defineTable({ routeCode: v.string().unique(), baseCents: v.number() }),
  manifests: defineTable({ sheet: v.string(), printedBy: v.string() }),
});
