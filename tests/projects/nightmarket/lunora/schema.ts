import { defineSchema, defineTable, v } from "@lunora/server";

const market = { marketId: v.string() };

export default defineSchema({
  vendors: defineTable({ slug: v.string().unique(), name: v.string() }).global(),

  stalls: defineTable({
    ...market,
    keeperId: v.string(),
    title: v.string(),
    cuisine: v.string(),
    pinned: v.boolean(),
  })
    .shardBy("marketId")
    .ownedBy("keeperId")
    .softDelete()
    .index("by_keeper", ["keeperId"])
    .index("by_market_cuisine", ["marketId", "cuisine"]),

  items: defineTable({
    ...market,
    keeperId: v.string(),
    stallId: v.id("stalls"),
    vendorId: v.id("vendors"),
    name: v.string(),
    price: v.number(),
  })
    .index("by_stall", ["stallId"])
    .index("by_stall_price", ["stallId", "price"])
    .index("by_market_vendor", ["marketId", "vendorId"])
    .shardBy("marketId"),

  orders: defineTable({ ...market, stallId: v.id("stalls"), buyer: v.string(), placedAt: v.number(), state: v.string() }).commitOrdered()
    .shardBy("marketId")
    .index("by_stall_placed", ["stallId", "placedAt"])
    .index("by_seq", ["_commitSeq"]),

  takings: defineTable({ ...market, day: v.string(), amount: v.number(), itemId: v.optional(v.id("items")) })
    .commitOrdered()
    .shardBy("marketId")
    .index("by_item", ["itemId"])
    .aggregateIndex("sum_by_day", { op: "sum", field: "amount", by: ["day"] })
    .rankIndex("top_amounts", { sortBy: [{ field: "amount", direction: "desc" }], partitionBy: ["marketId"] }),

  notes: defineTable({ ...market, keeperId: v.string(), text: v.string(), stallId: v.id("stalls") }).softDelete().commitOrdered()
    .index("by_keeper", ["keeperId"])
    .shardBy("marketId"),
});
