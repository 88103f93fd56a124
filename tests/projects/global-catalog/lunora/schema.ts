import { defineSchema, defineTable, v } from "lunorash/server";

const money = v.number().min(0);

export const schema = defineSchema({
  // shared by everybody, in D1
  products: defineTable({
    sku: v.string().unique(),
    title: v.string(),
    categoryId: v.id("categories"),
    price: money,
    active: v.boolean(),
  })
    .global()
    .index("by_category", ["categoryId", "price"])
    .searchIndex("search_title", { field: "title", filterFields: ["categoryId"] }),

  categories: defineTable({
    name: v.string(),
    slug: v.string().unique(),
    parentId: v.optional(v.id("categories")),
  })
    .index("by_parent", ["parentId"])
    .global(),

  coupons: defineTable({ code: v.string(), percent: v.number(), expiresAt: v.timestamp(), uses: v.number() })
    .index("by_code", ["code"], { unique: true })
    .global(),

  reviews: defineTable({
    productId: v.id("products"),
    userId: v.string(),
    rating: v.number().int(),
    text: v.string(),
  })
    .global({ backend: "hyperdrive" })
    .index("by_product", ["productId"]),

  // one database per customer
  carts: defineTable({ userId: v.string(), productId: v.id("products"), quantity: v.number().int() })
    .shardBy("userId")
    .index("by_user_product", ["userId", "productId"]),

  orders: defineTable({
    userId: v.string(),
    status: v.string(),
    total: money,
    couponId: v.optional(v.id("coupons")),
  })
    .index("by_status", ["status"])
    .shardBy("userId"),

  // the root database
  settings: defineTable({ key: v.string().unique(), value: v.string() }),
  warehouses: defineTable({ code: v.string(), city: v.string(), open: v.boolean() })
    .externallyManaged()
    .index("by_code", ["code"]),
});

export default schema;
