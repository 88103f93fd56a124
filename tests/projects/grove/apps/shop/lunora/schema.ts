import { defineSchema, defineTable, v } from "lunorash/server";

const orderState = v.union(v.literal("open"), v.literal("paid"), v.literal("shipped"));

export const schema = defineSchema({
  customers: defineTable({ email: v.string().email(), name: v.string(), invitedBy: v.optional(v.id("customers")) })
    .index("by_email", ["email"], { unique: true })
    .index("by_inviter", ["invitedBy"]),
  categories: defineTable({ name: v.string(), parentId: v.id("categories").nullable() }).index("by_parent", ["parentId"]),
  products: defineTable({
    sku: v.string(),
    title: v.string(),
    priceCents: v.number(),
    categoryId: v.id("categories"),
    supplierId: v.id("suppliers"),
  })
    .index("by_sku", ["sku"], { unique: true })
    .index("by_category", ["categoryId"])
    .searchIndex("by_title", { field: "title" }),
  suppliers: defineTable({ name: v.string(), vat: v.string().unique() }),
  carts: defineTable({ customerId: v.id("customers"), productId: v.id("products"), qty: v.number() })
    .index("by_customer_product", ["customerId", "productId"])
    .index("by_product", ["productId"]),
  orders: defineTable({ customerId: v.id("customers"), state: orderState, placedAt: v.number(), totalCents: v.number() })
    .index("by_customer", ["customerId"])
    .index("by_customer_placed", ["customerId", "placedAt"])
    .index("by_state", ["state"]),
});

export default schema;
