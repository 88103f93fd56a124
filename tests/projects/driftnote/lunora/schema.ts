import { defineSchema, defineTable, v } from 'lunorash/server'

import { colour, nodeKind, rankKey } from '../src/shared/validators'
import ratelimit from './ratelimit/schema'

// Everything a user owns lives in that user's own shard.
const owned = { userId: v.string() }

export const schema = defineSchema({
  nodes: defineTable({
    ...owned,
    nodeId: v.string(),
    parentId: v.string().nullable(),
    kind: nodeKind,
    text: v.string(),
    order: rankKey,
    done: v.boolean().default(false),
    updatedAt: v.number(),
  })
    .shardBy('userId')
    .ownedBy('userId')
    .index('by_parent', ['userId', 'parentId', 'order'])
    .index('by_node', ['userId', 'nodeId'], { unique: true }),

  tags: defineTable({ ...owned, label: v.string().max(64), colour })
    .index('by_label', ['userId', 'label'], { unique: true })
    .ownedBy('userId')
    .shardBy('userId'),

  nodeTags: defineTable({
    ...owned,
    nodeRef: v.id('nodes'),
    tagRef: v.id('tags'),
    addedAt: v.number(),
  })
    .shardBy('userId')
    .ownedBy('userId')
    .index('by_node', ['userId', 'nodeRef', 'tagRef']),

  settings: defineTable({
    ...owned,
    theme: v.union(v.literal('light'), v.literal('dark'), v.literal('system')),
    homeNode: v.string().nullable(),
    locale: v.optional(v.string()),
  })
    .shardBy('userId')
    .ownedBy('userId')
    .index('by_user', ['userId'], { unique: true }),

  snapshots: defineTable({
    ...owned,
    nodeRef: v.id('nodes'),
    body: v.string(),
    attachment: v.optional(v.id('_storage')),
    takenAt: v.number(),
  })
    .shardBy('userId')
    .index('by_node_taken', ['nodeRef', 'takenAt']),

  outbox: defineTable({
    ...owned,
    topic: v.string(),
    payload: v.any(),
    attempts: v.number().int(),
    dueAt: v.number(),
  })
    .shardBy('userId')
    .index('by_due', ['dueAt']),
}).extend(ratelimit.extension)

export default schema
