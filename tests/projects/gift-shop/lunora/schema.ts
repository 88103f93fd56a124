import { defineSchema, defineTable, v } from "lunorash/server";

/* Catalog and customers are shared by all regions, everything else lives in the shop's own object. */
const schema = defineSchema({
    products: defineTable({
        sku: v.string(),
        title: v.string(),
        brand: v.string(),
        color: v.optional(v.string()),
        price: v.number(),
        discontinued: v.boolean(),
    })
        .global()
        .index("by_sku", ["sku"], { unique: true })
        .index("by_brand_price", ["brand", "price"])
        .searchIndex("search_title", { field: "title", filterFields: ["brand"] })
        .rankIndex("top_sellers", { sortBy: [{ field: "price", direction: "desc" }] }),

    customers: defineTable({
        email: v.string().email().unique(),
        name: v.string(),
        country: v.string(),
        newsletter: v.boolean(),
    }).global(),

    coupons: defineTable({
        code: v.string(),
        percent: v.number(),
        productId: v.optional(v.id("products")),
        validUntil: v.timestamp(),
    })
        .index("by_code", ["code"], { unique: true })
        .index("by_valid_until", ["validUntil"])
        .global({ backend: "d1" }),

    carts: defineTable({
        customerId: v.id("customers"),
        token: v.string(),
        abandoned: v.boolean(),
        touchedAt: v.timestamp(),
    })
        .index("by_token", ["token"], { unique: true })
        .index("by_touched", ["touchedAt"]),

    orders: defineTable({
        customerId: v.id("customers"),
        shippingZoneId: v.id("shippingZones"),
        email: v.string(),
        status: v.union(v.literal("pending"), v.literal("paid"), v.literal("shipped")),
        placedAt: v.timestamp(),
        total: v.number(),
    })
        .index("by_customer_placed", ["customerId", "placedAt"])
        .index("by_status_placed", ["status", "placedAt"])
        .index("by_zone", ["shippingZoneId"]),

    orderLines: defineTable({
        orderId: v.id("orders"),
        productId: v.id("products"),
        sku: v.string(),
        quantity: v.number().int().positive(),
    })
        .index("by_order", ["orderId"])
        .index("by_order_product", ["orderId", "productId"]),

    reviews: defineTable({
        productId: v.id("products"),
        stars: v.number().int().min(1).max(5),
        text: v.string().max(4000),
        hidden: v.boolean(),
    })
        .index("by_product_stars", ["productId", "stars"])
        .ownedBy("customerId"),

    shippingZones: defineTable({
        country: v.string(),
        fee: v.number(),
    }).index("by_country", ["country"]),
});

export default schema;
