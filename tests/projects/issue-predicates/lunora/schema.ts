import { defineSchema, defineTable, v } from "lunorash/server";

export default defineSchema({
  users: defineTable({ handle: v.string().unique(), team: v.string() }),

  issues: defineTable({
    projectId: v.id("projects"),
    reporterId: v.id("users"),
    assigneeId: v.optional(v.id("users")),
    parentId: v.optional(v.id("issues")),
    number: v.number(),
    title: v.string(),
    status: v.string(),
    priority: v.number(),
    labels: v.array(v.string()),
    archived: v.optional(v.boolean()),
    startAt: v.number(),
    endAt: v.number(),
    author: v.object({ _id: v.string(), name: v.string() }),
    origin: v.object({ source: v.string(), ref: v.string() }),
  })
    .index("by_project_number", ["projectId", "number"], { unique: true })
    .index("by_project_status", ["projectId", "status"])
    .index("by_reporter", ["reporterId"])
    .index("by_assignee", ["assigneeId"])
    .index("by_parent", ["parentId"]),

  projects: defineTable({
    slug: v.string().unique(),
    ownerId: v.id("users"),
    visibility: v.string(),
  }),

  watchers: defineTable({
    issueId: v.id("issues"),
    userId: v.id("users"),
  })
    .index("by_issue", ["issueId"])
    .index("by_user", ["userId"]),

  holidays: defineTable({ day: v.string(), country: v.string() }),
});
