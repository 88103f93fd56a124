import { defineSchema, defineTable, v } from "lunorash/server";

const postStatus = v.union(v.literal("draft"), v.literal("scheduled"), v.literal("published"));

export const schema = defineSchema({
  users: defineTable({
    authId: v.string().unique(),
    name: v.string().max(80),
    role: v.union(v.literal("reader"), v.literal("author"), v.literal("editor")),
    bio: v.optional(v.string().max(500)),
  })
    .index("by_role", ["role"])
    .relations((r) => ({
      posts: r.many("posts", { field: "authorId" }),
    })),

  posts: defineTable({
    authorId: v.id("users"),
    title: v.string().max(200),
    slug: v.string().max(200),
    excerpt: v.string().max(500),
    body: v.string(),
    status: postStatus,
    publishedAt: v.optional(v.timestamp()),
    coverKey: v.optional(v.string()),
  })
    .index("by_slug", ["slug"], { unique: true })
    .index("by_author", ["authorId"])
    .index("by_author_status", ["authorId", "status"])
    .index("by_status_published", ["status", "publishedAt"])
    .index("by_category", ["category", "publishedAt"])
    .searchIndex("search_body", { field: "body", filterFields: ["status"] })
    .relations((r) => ({
      author: r.one("users", { field: "authorId", onDelete: "restrict" }),
      comments: r.many("comments", { field: "postId" }),
    })),

  comments: defineTable({
    postId: v.id("posts"),
    authorId: v.id("users"),
    parentId: v.optional(v.id("comments")),
    body: v.string().max(5000),
    state: v.union(v.literal("pending"), v.literal("approved"), v.literal("spam")),
  })
    .index("by_post", ["postId"])
    .index("by_state", ["state"])
    .relations((r) => ({
      post: r.one("posts", { field: "postId", onDelete: "cascade" }),
    })),

  likes: defineTable({
    postId: v.id("posts"),
    userId: v.id("users"),
  }).index("by_post_user", ["postId", "userId"], { unique: true }),

  tags: defineTable({
    slug: v.string().max(60),
    label: v.string().max(60),
  })
    .global()
    .index("by_slug", ["slug"], { unique: true }),

  postTags: defineTable({
    postId: v.id("posts"),
    tagId: v.id("tags"),
  })
    .index("by_post", ["postId"])
    .index("by_tag", ["tagId"]),
});

export default schema;
