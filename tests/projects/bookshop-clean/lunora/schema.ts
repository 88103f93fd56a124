import { defineSchema, defineTable, v } from "@lunora/server";
import { audited, AUTHOR_SHELF } from "./lib/fields";

export default defineSchema({
  authors: defineTable({
    name: v.string(),
    slug: v.string().unique(),
    portrait: v.optional(v.id("_storage")),
  }),

  books: defineTable({
    authorId: v.id("authors"),
    coauthors: v.array(v.id("authors")),
    isbn: v.string(),
    edition: v.number(),
    title: v.string(),
    shelf: v.string(),
    price: v.number(),
    blurb: v.object({ short: v.string(), long: v.string() }),
    ...audited,
  })
    .index("by_author_shelf", AUTHOR_SHELF)
    .index("by_shelf_author", ["shelf", "authorId"])
    .index("by_isbn", ["isbn"], { unique: true })
    .index("by_isbn_edition", ["isbn", "edition"])
    .index("by_shelf_time", ["shelf", "_creationTime"])
    .index("by_touched", ["updatedBy", "updatedAt"])
    .searchIndex("search_title", { field: "title", filterFields: ["shelf"] }),

  stock: defineTable({ bookId: v.id("books").unique(), count: v.number() }),

  reviews: defineTable({
    bookId: v.id("books"),
    customerId: v.id("customers"),
    stars: v.number(),
    text: v.string(),
  })
    .softDelete()
    .index("by_book", ["bookId"])
    .index("by_book_stars", ["bookId", "stars"])
    .index("by_customer", ["customerId"])
    .index("by_deleted", ["deletedAt"]),

  customers: defineTable({ email: v.string().email(), name: v.string() })
    .global()
    .index("by_email", ["email"], { unique: true }),

  orders: defineTable({
    customerId: v.id("customers"),
    couponId: v.optional(v.id("coupons")),
    status: v.string(),
    placedAt: v.number(),
  })
    .shardBy("customerId")
    .index("by_customer_coupon", ["customerId", "couponId"])
    .index("by_status_placed", ["status", "placedAt"]),

  orderLines: defineTable({
    customerId: v.id("customers"),
    orderId: v.id("orders"),
    bookId: v.id("books"),
    count: v.number(),
  })
    .index("by_order", ["orderId"])
    .index("by_customer_book", ["customerId", "bookId"])
    .shardBy("customerId"),

  carts: defineTable({ customerId: v.id("customers"), expiresAt: v.number(), items: v.record(v.string(), v.number()) })
    .index("by_customer", ["customerId"], { unique: true })
    .index("by_expiry", ["expiresAt"])
    .shardBy("customerId")
    .ttl("expiresAt"),

  coupons: defineTable({ code: v.string().unique(), percent: v.number(), campaign: v.string() })
    .global()
    .index("by_campaign", ["campaign"])
    .searchIndex("search_code", { field: "code" }),

  deliveries: defineTable({
    customerId: v.id("customers"),
    orderId: v.id("orders"),
    carrier: v.string(),
    state: v.string(),
  })
    .shardBy("customerId")
    .index("by_order", ["orderId"])
    .externallyManaged(),

  events: defineTable({ kind: v.string(), payload: v.any(), seq: v.number() }).index("by_kind_seq", ["kind", "seq"]),
});
