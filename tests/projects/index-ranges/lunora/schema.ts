import { defineSchema, defineTable, v } from "lunorash/server";

export default defineSchema({
  accounts: defineTable({
    ownerId: v.string(),
    name: v.string(),
    currency: v.string(),
    balance: v.number(),
  })
    .index("by_owner_currency", ["ownerId", "currency"])
    .rankIndex("rank_balance", { sortBy: [{ field: "balance", direction: "desc" }], partitionBy: ["currency"] }),

  entries: defineTable({
    accountId: v.id("accounts"),
    kind: v.string(),
    day: v.number(),
    amount: v.number(),
    memo: v.string(),
  })
    .index("by_account_kind_day", ["accountId", "kind", "day"])
    .index("by_day", ["day"])
    .searchIndex("search_memo", { field: "memo", filterFields: ["accountId"] }),

  branches: defineTable({ code: v.string(), city: v.string(), place: v.geoPoint() })
    .index("by_city_code", ["city", "code"])
    .geoIndex("near", { field: "place" }),

  statements: defineTable({ ownerId: v.string(), year: v.number(), month: v.number(), url: v.string() })
    .shardBy("ownerId")
    .index("by_year_month", ["year", "month"]),
});
