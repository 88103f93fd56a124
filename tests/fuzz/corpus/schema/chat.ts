import { defineSchema, defineTable, v } from "lunorash/server";

import { channelKind, memberRole, messageBody, presenceStatus } from "./lib/validators.js";

export default defineSchema({
    // Global: visible from every shard.

    profiles: defineTable({
        authId: v.string().unique(),
        handle: v.string().min(2).max(32),
        displayName: v.string().max(80),
        avatarKey: v.optional(v.string()),
    })
        .global()
        .index("by_handle", ["handle"], { unique: true }),

    channels: defineTable({
        slug: v.string().max(64),
        title: v.string().max(120),
        topic: v.optional(v.string().max(250)),
        kind: channelKind,
        archivedAt: v.optional(v.timestamp()),
        createdBy: v.id("profiles"),
    })
        .global()
        .index("by_slug", ["slug"], { unique: true }),

    memberships: defineTable({
        channelId: v.id("channels"),
        profileId: v.id("profiles"),
        role: memberRole,
    })
        .global()
        .index("by_channel_profile", ["channelId", "profileId"], { unique: true })
        .index("by_profile", ["profileId"])
        .relations((r) => ({
            channel: r.one("channels", { field: "channelId", onDelete: "cascade" }),
            profile: r.one("profiles", { field: "profileId", onDelete: "cascade" }),
        })),

    invites: defineTable({
        channelId: v.id("channels"),
        createdBy: v.id("profiles"),
        token: v.string(),
        usesLeft: v.number().int(),
        expiresAt: v.timestamp(),
    })
        .global()
        .index("by_channel", ["channelId"])
        .index("by_creator", ["createdBy"]),

    customEmoji: defineTable({
        shortcode: v.string().min(1).max(64).unique(),
        imageKey: v.string(),
    }).global(),

    // One shard per channel.

    messages: defineTable({
        channelId: v.id("channels"),
        authorId: v.id("profiles"),
        body: messageBody,
        sentAt: v.timestamp(),
        threadId: v.optional(v.id("messages")),
        editedAt: v.optional(v.timestamp()),
    })
        .shardBy("channelId")
        .index("by_sent", ["channelId", "sentAt"])
        .index("by_thread", ["channelId", "threadId", "sentAt"])
        .index("by_author", ["channelId", "authorId", "sentAt"])
        .searchIndex("search_body", { field: "body", filterFields: ["channelId"] }),

    reactions: defineTable({
        channelId: v.id("channels"),
        messageId: v.id("messages"),
        profileId: v.id("profiles"),
        emoji: v.string().max(64),
    })
        .shardBy("channelId")
        .index("by_message", ["messageId"])
        .index("by_message_profile", ["messageId", "profileId", "emoji"]),

    readMarkers: defineTable({
        channelId: v.id("channels"),
        profileId: v.id("profiles"),
        readAt: v.timestamp(),
    })
        .shardBy("channelId")
        .index("by_profile", ["channelId", "profileId"], { unique: true }),

    presence: defineTable({
        channelId: v.id("channels"),
        profileId: v.id("profiles"),
        status: presenceStatus,
        seenAt: v.timestamp(),
    })
        .shardBy("channelId")
        .ttl("seenAt", { after: 24 * 60 * 60 * 1000 })
        .index("by_profile", ["channelId", "profileId"], { unique: true }),
});
