import { defineSchema, defineTable, v } from 'lunorash/server'

export default defineSchema({
  warehouses: defineTable({ code: v.string(), city: v.string(), managerId: v.id('staff') })
    .index('by_code', ['code'], { unique: true })
    .index('by_manager', ['managerId']),

  staff: defineTable({
    badge: v.string(),
    name: v.string(),
    warehouseId: v.optional(v.id('warehouses')),
  }).index('by_badge', ['badge'], { unique: true }),

  products: defineTable({ sku: v.string(), name: v.string(), supplier: v.string(), discontinued: v.optional(v.boolean()) })
    .index('by_sku', ['sku'], { unique: true })
    .index('by_supplier', ['supplier'])
    .searchIndex('search_name', { field: 'name' }),

  stock: defineTable({
    warehouseId: v.id('warehouses'),
    productId: v.id('products'),
    quantity: v.number(),
    bin: v.string(),
  })
    .index('by_warehouse_product', ['warehouseId', 'productId'], { unique: true })
    .index('by_product', ['productId']),

  movements: defineTable({
    stockId: v.id('stock'),
    delta: v.number(),
    reason: v.string(),
    at: v.number(),
    staffId: v.id('staff'),
  }).index('by_stock_at', ['stockId', 'at']),

  carriers: defineTable({ name: v.string(), tier: v.number() }),

  shipments: defineTable({
    carrierId: v.id('carriers'),
    warehouseId: v.id('warehouses'),
    tracking: v.string(),
    sentAt: v.number(),
  })
    .index('by_carrier', ['carrierId'])
    .index('by_warehouse_sent', ['warehouseId', 'sentAt']),
})
