import { defineSchema, defineTable, v } from "@lunora/server";
import { weeks } from "./lib/weeks";

export default defineSchema({
  players: defineTable({ handle: v.string().unique(), region: v.string(), bio: v.string() })
    .global()
    .index("by_region", ["region"])
    .searchIndex("find_bio", { field: "bio", filterFields: ["region"] }),

  leagues: defineTable({ title: v.string(), ownerId: v.id("players") })
    .index("by_owner", ["ownerId"])
    .global(),

  kitchens: defineTable({ name: v.string(), ownerId: v.id("players"), opened: v.boolean() }).index("by_owner", ["ownerId"]),

  spices: defineTable({
    kitchenId: v.id("kitchens"),
    playerId: v.id("players"),
    name: v.string(),
    heat: v.number(),
    aisle: v.string(),
  })
    .shardBy("kitchenId")
    .index("by_kitchen_player", ["kitchenId", "playerId"])
    .index("by_aisle_heat", ["aisle", "heat"]),

  batches: defineTable({
    kitchenId: v.id("kitchens"),
    spiceId: v.id("spices"),
    tasterId: v.id("players"),
    grams: v.number(),
    sealedAt: v.number(),
    grade: v.string(),
  })
    .index("by_taster", ["tasterId", "sealedAt"])
    .shardBy("kitchenId"),

  meters: defineTable({ siteId: v.string(), reading: v.number() }).shardBy("siteId").global(),

  coupons: defineTable({ kitchenId: v.string(), code: v.string().unique(), used: v.boolean() })
    .shardBy("kitchen"),

  scoreboards: defineTable({ playerId: v.id("players").unique(), season: v.number(), title: v.string(), ...weeks }).global(),

  chronicles: defineTable({ season: v.number().unique(), headline: v.string(), ...weeks }).global({ backend: "hyperdrive" }),
});
