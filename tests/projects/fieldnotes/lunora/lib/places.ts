import { defineTable, v } from "@lunora/server";

const sites = defineTable({
  name: v.string(),
  code: v.string(),
  region: v.string(),
  location: v.geoPoint(),
  camp: v.optional(v.geoPoint()),
})
  .index("by_region", ["region"])
  .geoIndex("near", { field: "location" })
  .geoIndex("near_coarse", { field: "location", precision: 5 })
  .geoIndex("camps", { field: "camp" })
  .relations((r) => ({
    climate: r.one("climate_zones", { field: "region", references: "code" }),
    tracks: r.many("tracks", { field: "siteCode", references: "shortCode" }),
  }));

const tracks = defineTable({
  siteCode: v.string(),
  lengthM: v.number(),
  centre: v.string(),
  altitude: v.number(),
})
  .index("by_site_code", ["siteCode"])
  .index("by_length", ["lengthM"])
  .geoIndex("around", { field: "centre" })
  .geoIndex("high", { field: "altitude", precision: 7 });

export const places = { sites, tracks };
