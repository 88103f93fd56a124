import { defineSchema, defineTable, v } from "lunorash/server";

export default defineSchema({
  shows: defineTable({ title: v.string(), slug: v.string().unique(), directorId: v.id("staffers"), genre: v.string() })
    .softDelete()
    .index("by_director", ["directorId"])
    .index("by_genre_title", ["genre", "title"]),
  performances: defineTable({ showId: v.id("shows"), startsAt: v.number(), status: v.string(), venueId: v.id("venues") })
    .index("by_show_starts", ["showId", "startsAt"])
    .index("by_status", ["status"])
    .index("by_starts", ["startsAt"])
    .relations((r) => ({
      show: r.one("shows", { field: "showId" }),
      venue: r.one("venues", { field: "venueId" }),
      cues: r.many("cues", { field: "performanceId" }),
    })),
  tickets: defineTable({
    performanceId: v.id("performances"),
    seat: v.string(),
    holder: v.string(),
    code: v.string().unique(),
    state: v.string(),
    soldAt: v.number(),
  })
    .index("by_performance_seat", ["performanceId", "seat"], { unique: true })
    .index("by_performance_state", ["performanceId", "state"])
    .index("by_holder", ["holder"])
    .index("by_sold", ["soldAt"]),
  cues: defineTable({ performanceId: v.id("performances"), num: v.number(), light: v.string() }).index("by_performance_num", ["performanceId", "num"]),
  staffers: defineTable({ email: v.string().unique(), name: v.string(), role: v.string(), token: v.optional(v.string()) }),
  venues: defineTable({ slug: v.string().unique(), city: v.string() }).global(),
  ticks: defineTable({ name: v.string().unique(), n: v.number() }),
  wardrobe: defineTable({ piece: v.string(), size: v.string() }),
});
