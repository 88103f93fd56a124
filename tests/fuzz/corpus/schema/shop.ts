import { defineSchema, defineTable, v } from "lunorash/server";
import { orderTriggers } from "./lib/orderTriggers.js";

export const schema = defineSchema({
  // Catalogue

  categories: defineTable({
    slug: v.string().unique(),
    name: v.string().max(80),
    parentId: v.optional(v.id("categories")),
    position: v.number().int(),
  })
    .global()
    .index("by_parent", ["parentId", "position"]),

  brands: defineTable({
    slug: v.string().unique(),
    name: v.string().max(80),
    country: v.string().length(2),
  }).global(),

  products: defineTable({
    sku: v.string().unique(),
    title: v.string().max(160),
    description: v.string().max(8000),
    categoryId: v.id("categories"),
    brandId: v.id("brands"),
    priceCents: v.number().int().min(0),
    currency: v.union(v.literal("EUR"), v.literal("USD")),
    status: v.union(v.literal("draft"), v.literal("live")),
    publishedAt: v.optional(v.timestamp()),
    rating: v.number().default(0),
    tags: v.array(v.string()),
  })
    .global()
    .softDelete()
    .index("by_category_status_price", ["categoryId", "status", "priceCents"])
    .index("by_status_published", ["status", "publishedAt"])
    .searchIndex("search_title", { field: "title", filterFields: ["categoryId", "visibility"] })
    .relations((r) => ({
      category: r.one("categories", { field: "categoryId" }),
      reviews: r.many("reviews", { field: "productId" }),
    })),

  productStats: defineTable({
    productId: v.id("products").unique(),
    categoryId: v.id("categories"),
    unitsSold: v.number().int().default(0),
    revenueCents: v.number().int().default(0),
  })
    .global()
    .index("by_category", ["categoryId"])
    .rankIndex("best_sellers", {
      sortBy: [{ field: "unitsSold", direction: "desc" }],
      partitionBy: ["categoryId"],
    }),

  reviews: defineTable({
    productId: v.id("products"),
    authorId: v.string(),
    stars: v.number().int().min(1).max(5),
    body: v.string().max(4000),
    status: v.union(v.literal("pending"), v.literal("visible"), v.literal("hidden")),
    writtenAt: v.timestamp(),
  })
    .global()
    .index("by_product_status", ["productId", "status", "writtenAt"])
    .index("by_author_product", ["authorId", "productId"], { unique: true })
    .aggregateIndex("stars_by_product", { op: "avg", field: "stars", by: ["productId"] })
    .aggregateIndex("count_by_product_stars", { by: ["productId", "stars"] }),

  coupons: defineTable({
    code: v.string().max(40),
    percentOff: v.number().int().min(1).max(100),
    endsAt: v.timestamp(),
    usesLeft: v.number().int().min(0),
  })
    .index("by_code", ["code"], { unique: true })
    .global(),

  giftCards: defineTable({
    code: v.string().unique(),
    balanceCents: v.number().int().min(0),
    expiresAt: v.timestamp(),
  }).global(),

  // One shard per customer

  carts: defineTable({
    userId: v.string(),
    status: v.union(v.literal("open"), v.literal("ordered"), v.literal("abandoned")),
    couponCode: v.optional(v.string()),
    touchedAt: v.timestamp(),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_user_status", ["userId", "status"]),

  cartItems: defineTable({
    userId: v.string(),
    cartId: v.id("carts"),
    productId: v.id("products"),
    sku: v.string(),
    title: v.string(),
    quantity: v.number().int().positive(),
    unitPriceCents: v.number().int().min(0),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_cart_product", ["cartId", "productId"], { unique: true })
    .relations((r) => ({ cart: r.one("carts", { field: "cartId", onDelete: "cascade" }) })),

  addresses: defineTable({
    userId: v.string(),
    label: v.string().max(40),
    line1: v.string().max(120),
    city: v.string().max(80),
    postalCode: v.string().max(16),
    country: v.string().length(2),
    isDefault: v.boolean().default(false),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .softDelete()
    .index("by_user_default", ["userId", "isDefault"]),

  orders: defineTable({
    userId: v.string(),
    number: v.string().unique(),
    status: v.union(v.literal("placed"), v.literal("paid"), v.literal("shipped"), v.literal("cancelled")),
    totalCents: v.number().int().min(0),
    currency: v.union(v.literal("EUR"), v.literal("USD")),
    addressId: v.id("addresses"),
    couponCode: v.optional(v.string()),
    placedAt: v.timestamp(),
    shippedAt: v.optional(v.timestamp()),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_user_placed", ["userId", "placedAt"])
    .index("by_status_placed", ["status", "placedAt"])
    .index("by_address", ["addressId"])
    .aggregateIndex("total_by_status", { op: "sum", field: "totalCents", by: ["status"] })
    .relations((r) => ({
      address: r.one("addresses", { field: "addressId", onDelete: "restrict" }),
      lines: r.many("orderLines", { field: "orderId" }),
    }))
    .triggers((t) => orderTriggers(t)),

  orderLines: defineTable({
    userId: v.string(),
    orderId: v.id("orders"),
    productId: v.id("products"),
    sku: v.string(),
    title: v.string(),
    quantity: v.number().int().positive(),
    unitPriceCents: v.number().int().min(0),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_order", ["orderId"])
    .index("by_user_product", ["userId", "productId"])
    .relations((r) => ({ order: r.one("orders", { field: "orderId", onDelete: "cascade" }) })),

  // Back office

  suppliers: defineTable({
    name: v.string().max(120),
    email: v.string().email(),
    country: v.string().length(2),
    active: v.boolean(),
  }).index("by_active_name", ["active", "name"]),

  supplierOffers: defineTable({
    supplierId: v.id("suppliers"),
    productId: v.id("products"),
    costCents: v.number().int().positive(),
    leadDays: v.number().int().min(0),
    validUntil: v.timestamp(),
  })
    .index("by_supplier", ["supplierId"])
    .index("by_product_cost", ["productId", "costCents"]),

  stockMovements: defineTable({
    productId: v.id("products"),
    delta: v.number().int(),
    reason: v.union(v.literal("delivery"), v.literal("sale"), v.literal("loss"), v.literal("count")),
    orderNumber: v.optional(v.string()),
    at: v.timestamp(),
  })
    .index("by_product_at", ["productId", "at"])
    .aggregateIndex("stock_by_product", { op: "sum", field: "delta", by: ["productId"] }),

  dailySales: defineTable({
    day: v.string().length(10),
    categoryId: v.id("categories"),
    units: v.number().int(),
    revenueCents: v.number().int(),
  })
    .index("by_day_category", ["day", "categoryId"], { unique: true })
    .index("by_category_day", ["categoryId", "day"]),

  newsletterSubscribers: defineTable({
    email: v.string().email().unique(),
    locale: v.string().max(10),
    confirmedAt: v.timestamp().nullable().default(null),
  }).index("by_confirmed", ["confirmedAt"]),
});

export default schema;
