import { defineSchema, defineTable, v } from 'lunorash/server';

export default defineSchema({
  users: defineTable({
    handle: v.string(),
    email: v.string(),
    bio: v.optional(v.string()),
    reputation: v.number().default(0),
    banned: v.boolean().default(false),
    invitedBy: v.optional(v.id('users')),
  })
    .index('by_handle', ['handle'], { unique: true })
    .index('by_reputation', ['reputation']),

  forums: defineTable({
    slug: v.string().unique(),
    title: v.string(),
    visibility: v.union(v.literal('public'), v.literal('private')),
  }),

  threads: defineTable({
    forumId: v.id('forums'),
    authorId: v.id('users'),
    title: v.string(),
    locked: v.boolean(),
    pinned: v.boolean(),
    lastPostAt: v.number(),
  })
    .index('by_forum', ['forumId', 'lastPostAt'])
    .index('by_author', ['authorId'])
    .index('by_last_post', ['lastPostedAt']),

  posts: defineTable({
    threadId: v.id('threads'),
    authorId: v.id('users'),
    body: v.string(),
    status: v.union(v.literal('visible'), v.literal('hidden'), v.literal('spam')),
    editedAt: v.number().nullable(),
    replyTo: v.optional(v.id('posts')),
  })
    .index('by_thread', ['threadId'])
    .index('by_reply', ['replyTo'])
    .searchIndex('search_body', { field: 'body', filterFields: ['status', 'forumId'] }),

  votes: defineTable({
    postId: v.id('posts'),
    userId: v.id('users'),
    value: v.number(),
  })
    .index('by_post_user', ['postId', 'userId'], { unique: true })
    .index('by_user', ['userId'])
    .index('votes_by_user', ['userId']),

  badges: defineTable({ userId: v.id('users'), kind: v.string(), awardedAt: v.number() }),

  reports: defineTable({
    postId: v.id('posts'),
    reporterId: v.id('users'),
    reason: v.string(),
    resolved: v.string(),
  }).index('by_post', ['postId']),

  notifications: defineTable({
    userId: v.id('users'),
    kind: v.string(),
    threadId: v.id('threads'),
    read: v.number(),
  })
    .shardBy('userId')
    .index('by_user_kind', ['userId', 'kind']),

  bans: defineTable({ userId: v.id('users'), until: v.number(), reason: v.string() }).index('by_user', ['userId']),
});
