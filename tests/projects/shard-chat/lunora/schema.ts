import { defineSchema, defineTable, v } from "@lunora/server";

export default defineSchema({
  workspaces: defineTable({ name: v.string(), slug: v.string().unique() }).global(),

  users: defineTable({
    workspaceId: v.id("workspaces"),
    email: v.string().unique(),
    handle: v.string(),
    invitedBy: v.optional(v.id("users")),
  })
    .shardBy("workspaceId")
    .index("by_workspace_inviter", ["workspaceId", "invitedBy"]),

  channels: defineTable({
    workspaceId: v.id("workspaces"),
    name: v.string(),
    topic: v.optional(v.string()),
    archived: v.boolean(),
    createdBy: v.id("users"),
  })
    .index("by_workspace_name", ["workspaceId", "name"])
    .shardBy("workspaceId"),

  memberships: defineTable({
    workspaceId: v.id("workspaces"),
    channelId: v.id("channels"),
    userId: v.id("users"),
    lastReadAt: v.timestamp(),
  })
    .shardBy("workspaceId")
    .index("by_channel_user", ["channelId", "userId"], { unique: true })
    .index("by_user", ["userId"]),

  messages: defineTable({
    workspaceId: v.id("workspaces"),
    channelId: v.id("channels"),
    authorId: v.id("users"),
    threadId: v.optional(v.id("messages")),
    body: v.string(),
    pinned: v.boolean(),
  })
    .shardBy("workspaceId")
    .index("by_channel", ["channelId"])
    .index("by_channel_pinned", ["channelId", "pinned"])
    .index("by_workspace_author", ["workspaceId", "authorId"])
    .searchIndex("search_body", { field: "body", filterFields: ["channelId"] }),

  reactions: defineTable({
    workspaceId: v.id("workspaces"),
    messageId: v.id("messages"),
    userId: v.id("users"),
    emoji: v.string(),
  })
    .shardBy("workspaceId")
    .index("by_message_user", ["messageId", "userId", "emoji"], { unique: true })
    .index("by_workspace_emoji", ["workspaceId", "emoji", "userId"]),

  attachments: defineTable({
    workspaceId: v.id("workspaces"),
    messageId: v.id("messages"),
    ownerId: v.id("users").nullable(),
    blob: v.id("_storage"),
    previews: v.array(v.id("_storage")),
    mentions: v.array(v.id("users")),
    size: v.number(),
  })
    .shardBy("workspaceId")
    .index("by_workspace_message", ["workspaceId", "messageId"]),

  presence: defineTable({
    userId: v.id("users"),
    channelId: v.id("channels").unique(),
    typing: v.boolean(),
    seenAt: v.timestamp(),
  })
    .shardBy("userId")
    .memory(),

  // lives in the root database: an invitation is opened before a workspace is known
  invites: defineTable({
    workspaceId: v.id("workspaces"),
    code: v.string().unique(),
    email: v.string(),
    usedAt: v.optional(v.timestamp()),
  }),
});
