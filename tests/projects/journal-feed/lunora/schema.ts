import { defineSchema, defineTable, v } from "lunorash/server";

export default defineSchema({
  users: defineTable({
    handle: v.string().min(2).max(32),
    email: v.string().email(),
    bio: v.optional(v.string()),
    role: v.union(v.literal("reader"), v.literal("writer"), v.literal("editor")),
    joinedAt: v.number(),
  })
    .index("by_handle", ["handle"], { unique: true })
    .index("by_role_joined", ["role", "joinedAt"]),

  posts: defineTable({
    authorId: v.id("users"),
    title: v.string(),
    slug: v.string(),
    body: v.string(),
    status: v.union(v.literal("draft"), v.literal("published"), v.literal("retired")),
    category: v.string(),
    publishedAt: v.optional(v.number()),
    views: v.number().default(0),
  })
    .index("by_author", ["authorId"])
    .index("by_author_status", ["authorId", "status"])
    .index("by_slug", ["slug"], { unique: true })
    .index("by_category", ["category"])
    .index("by_category_published", ["category", "publishedAt"])
    .searchIndex("search_body", { field: "body", filterFields: ["status"] }),

  comments: defineTable({
    postId: v.id("posts"),
    authorId: v.id("users"),
    body: v.string(),
    hidden: v.boolean(),
  }).index("by_post", ["postId"]),

  reactions: defineTable({
    postId: v.id("posts"),
    userId: v.id("users"),
    kind: v.string(),
  }).index("by_post_user", ["postId", "userId"], { unique: true }),

  announcements: defineTable({
    text: v.string(),
    pinnedBy: v.optional(v.id("users")),
    until: v.number(),
  }).index("by_until", ["until"]),

  subscribers: defineTable({
    email: v.string().unique(),
    confirmed: v.boolean(),
    referredBy: v.optional(v.id("users")),
  }).index("by_referrer", ["referredBy", "confirmed"]),
});
