import { defineSchema, defineTable, v } from "@lunora/server";
import { places } from "./lib/places";

const when = { seenAt: v.timestamp().defaultNow() };

export default defineSchema({
  ...places,

  observers: defineTable({ handle: v.string().unique(), club: v.string(), points: v.number() })
    .index("by_club_points", ["club", "points"])
    .rankIndex("board", { sortBy: [] })
    .relations((r) => ({
      spotted: r.many("sightings", { field: "observerHandle", references: "handle" }),
    })),

  sightings: defineTable({
    ...when,
    siteId: v.id("sites"),
    observerId: v.id("observers"),
    observerHandle: v.string(),
    species: v.string(),
    count: v.number().int(),
    floor: v.number().int(),
    expires: v.string(),
  })
    .index("by_site_seen", ["siteId", "seenAt"])
    .index("by_observer", ["observerId"])
    .searchIndex("find_species", { field: "species", filterFields: ["habitat"] })
    .rankIndex("top", { sortBy: [{ field: "score", direction: "desc" }] })
    .ttl("expires")
    .triggers((t) => ({
      ping: t.afterInsert(async (ctx, event) => {
        await ctx.db.insert("beacons", { species: event.doc.species, at: event.doc.seenAt });
      }),
    })),

  drafts: defineTable({ observerId: v.id("observers"), body: v.string(), goneAt: v.optional(v.number()) })
    .ttl("goneAt")
    .index("by_observer", ["observerId"])
    .searchIndex("find_any", { language: "en" }),

  sessions: defineTable({ token: v.string().unique(), until: v.boolean() })
    .ttl("until", { after: 60_000 }),

  beacons: defineTable({ species: v.string(), at: v.timestamp() })
    .index("by_species", ["species"])
    .ttl("expiry"),

  permits: defineTable({ code: v.string().unique(), holder: v.string() }),

  scratch: defineTable({ text: v.string() }),

  climates: defineTable({ region: v.string(), rainMm: v.number() }).global().source({ binding: "MET", query: "select id, region, rain_mm from climates" }),

  gauges: defineTable({ river: v.string(), levelCm: v.number() }).source({ binding: "MET", query: "select id, river, level_cm from gauges" }),
});
