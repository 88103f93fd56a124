import { defineSchema, defineTable, v } from "lunorash/server"
import { extension } from "./ratelimit/schema"

export default defineSchema({
  nodes: defineTable({
    userId: v.string(),
    parentId: v.id("nodes").nullable(),
    mirrorOf: v.optional(v.id("nodes")),
    text: v.string(),
    order: v.number(),
    collapsed: v.boolean(),
    doneAt: v.optional(v.number()),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_user_parent", ["userId", "parentId"])
    .index("by_parent_order", ["parentId", "order"]),

  tags: defineTable({
    userId: v.string(),
    label: v.string(),
    hue: v.number(),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_label", ["label"]),

  nodeTags: defineTable({
    userId: v.string(),
    nodeId: v.id("nodes"),
    tagId: v.id("tags"),
  })
    .shardBy("userId")
    .index("by_user_node", ["userId", "nodeId"]),

  history: defineTable({
    userId: v.string(),
    nodeId: v.id("nodes"),
    seq: v.number(),
    before: v.string(),
  })
    .index("by_node_seq", ["nodeId", "seq"])
    .shardBy("userId"),

  settings: defineTable({
    userId: v.string(),
    theme: v.string(),
    homeId: v.optional(v.id("nodes")),
  })
    .ownedBy("userId")
    .shardBy("userId"),
}).extend(extension)
