import { defineSchema, defineTable, v } from "lunorash/server";

const location = v.object({ apiary: v.string(), row: v.number() });

export default defineSchema({
  keepers: defineTable({ email: v.string().unique(), name: v.string(), active: v.boolean() }),
  hives: defineTable({
    keeperId: v.id("keepers"),
    label: v.string(),
    strain: v.string(),
    frames: v.number(),
    capacity: v.number(),
    location,
  })
    .index("by_label", ["label"], { unique: true })
    .index("by_keeper_label", ["keeperId", "label"]),
  readings: defineTable({ hiveId: v.id("hives"), kind: v.string(), at: v.number(), value: v.number() })
    .index("by_hive_at", ["hiveId", "at"])
    .index("by_hive_kind_at", ["hiveId", "kind", "at"]),
  inspections: defineTable({ hiveId: v.id("hives"), inspectorId: v.id("keepers"), at: v.number(), status: v.string(), notes: v.string() })
    .index("by_hive", ["hiveId"])
    .index("by_inspector_at", ["inspectorId", "at"])
    .index("by_status_at", ["status", "at"]),
  treatments: defineTable({ hiveId: v.id("hives"), product: v.string(), dose: v.number() }).index("by_hive_product", ["hiveId", "product"]),
  settings: defineTable({ key: v.string().unique(), value: v.any() }),
});
