import { defineSchema, defineTable, v } from "@lunora/server"

const owned = { userId: v.id("users") }
const stamps = () => ({ createdAt: v.number(), updatedAt: v.number() })

export default defineSchema({
  users: defineTable({ name: v.string(), plan: v.string(), subject: v.string() })
    .global()
    .index("by_subject", ["subject"], { unique: true }),

  notebooks: defineTable({ ...owned, ...stamps(), title: v.string(), parentId: v.optional(v.id("notebooks")) })
    .index("by_user_parent", ["userId", "parentId"])
    .shardBy("userId")
    .ownedBy("userId"),

  notes: defineTable({
    ...owned,
    ...stamps(),
    notebookId: v.id("notebooks"),
    title: v.string(),
    body: v.string(),
    color: v.string().nullable(),
    editedAt: v.number(),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_notebook", ["notebookId"])
    .index("by_notebook_edited", ["notebookId", "editedAt"])
    .index("by_color", ["color"]),

  tags: defineTable({ ...owned, label: v.string() }).shardBy("userId").ownedBy("userId"),

  noteTags: defineTable({
    ...owned,
    tagId: v.id("tags"),
    noteId: v.id("notes"),
  })
    .shardBy("userId")
    .index("by_tag_note", ["tagId", "noteId"], { unique: true }),

  reminders: defineTable({
    ...owned,
    noteId: v.id("notes").unique(),
    fireAt: v.timestamp(),
    done: v.boolean(),
  })
    .shardBy("userId")
    .index("by_fire", ["fireAt"])
    .index("by_user_done_fire", ["userId", "done", "fireAt"]),

  attachments: defineTable({
    ...owned,
    noteId: v.id("notes"),
    file: v.storage("uploads"),
    bytes: v.number(),
  })
    .index("by_note", ["noteId"])
    .shardBy("userId")
    .ownedBy("user"),
})
