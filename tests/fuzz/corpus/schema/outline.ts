import { defineSchema, defineTable, v } from "lunorash/server";

import { ratelimit } from "./ratelimit/schema";

// A person's rows all live in that person's shard; `userId` is on every row so that shapes can check it.
export const schema = defineSchema({
  nodes: defineTable({
    userId: v.string(),
    parentId: v.id("nodes").nullable(),
    rank: v.string(),
    text: v.string(),
    done: v.boolean(),
    folded: v.boolean(),
    updatedAt: v.number(),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_user", ["userId"])
    .index("by_user_updated", ["userId", "updatedAt"])
    .searchIndex("search_text", { field: "text", filterFields: ["userId"] }),

  bookmarks: defineTable({
    userId: v.string(),
    nodeId: v.id("nodes"),
    label: v.string(),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_user_node", ["userId", "nodeId"], { unique: true }),

  revisions: defineTable({
    userId: v.string(),
    nodeId: v.id("nodes"),
    before: v.string(),
    at: v.number(),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_user_at", ["userId", "at"]),

  tagColors: defineTable({
    userId: v.string(),
    tag: v.string(),
    color: v.string(),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_user_tag", ["userId", "tag"], { unique: true }),

  settings: defineTable({
    userId: v.string().unique(),
    theme: v.union(v.literal("light"), v.literal("dark"), v.literal("system")),
    homeNode: v.optional(v.string()),
  })
    .shardBy("userId")
    .ownedBy("userId"),
}).extend(ratelimit.extension);

export default schema;
