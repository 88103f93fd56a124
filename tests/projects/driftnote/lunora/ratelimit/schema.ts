import { definePlugin, defineSchemaExtension, defineTable, v } from 'lunorash/server'

export const extension = defineSchemaExtension('ratelimit', {
  tables: {
    buckets: defineTable({
      key: v.string(),
      tokens: v.number(),
      refilledAt: v.number(),
    })
      .index('by_key', ['key'], { unique: true })
      .externallyManaged(),
  },
})

export default definePlugin('ratelimit', { extension })
