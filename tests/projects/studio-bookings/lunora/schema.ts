import { defineSchema, defineTable, v } from "lunorash/server";

import { bookingStatus, cents, period, slug, studioStatus } from "./lib/validators";

export const schema = defineSchema({
  users: defineTable({
    email: v.string().email().unique(),
    name: v.string(),
    role: v.string(),
  })
    .externallyManaged()
    .global(),

  studios: defineTable({
    ownerId: v.id("users"),
    slug: slug.unique(),
    name: v.string(),
    city: v.string(),
    status: studioStatus,
    rating: v.number().default(0),
  })
    .global()
    .index("by_owner", ["ownerId"])
    .index("by_city_status", ["city", "status"]),

  rooms: defineTable({
    studioId: v.id("studios"),
    name: v.string(),
    hourly: cents,
  })
    .index("by_studio", ["studioId"])
    .global(),

  openingHours: defineTable({
    roomId: v.id("rooms"),
    weekday: v.number().int(),
    opens: v.number(),
    closes: v.number(),
  })
    .index("by_room", ["roomId"])
    .index("by_room_weekday", ["roomId", "weekday"])
    .global(),

  promos: defineTable({ code: v.string().unique(), percent: v.number() }).global(),

  bookings: defineTable({
    userId: v.id("users"),
    roomId: v.id("rooms"),
    promoId: v.optional(v.id("promos")),
    status: bookingStatus,
    ...period,
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_user_room", ["userId", "roomId"])
    .index("by_status_start", ["status", "startsAt"]),

  payments: defineTable({
    userId: v.id("users"),
    bookingId: v.id("bookings"),
    amount: cents,
    state: v.string(),
  })
    .shardBy("userId")
    .index("by_booking", ["bookingId"])
    .index("by_state_amount", ["state", "amount"]),

  favorites: defineTable({ userId: v.id("users"), studioId: v.id("studios") })
    .shardBy("userId")
    .index("by_user_studio", ["userId", "studioId"], { unique: true }),

  auditLog: defineTable({ actorId: v.id("users"), action: v.string(), at: v.timestamp() }).index("by_actor", ["actorId"]),

  waitlist: defineTable({
    roomId: v.id("rooms"),
    email: v.string(),
    notified: v.boolean(),
  }).index("by_email", ["email"]),

  featureFlags: defineTable({ name: v.string().unique(), on: v.boolean() }),
});

export default schema;
