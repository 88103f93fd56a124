import { defineSchema, defineTable, v } from "@lunora/server"

import { comments } from "./plugins/comments"
import { contentTables } from "./tables/content"
import { lookup } from "./tables/helpers"
import * as peopleTables from "./tables/people"

const AUDIT = true

const sites = defineTable({
  host: v.string().unique(),
  name: v.string(),
  defaultLocale: v.string(),
  homePageId: v.optional(v.id("pages")),
})

const audit = defineTable({ personId: v.id("people"), what: v.string(), at: v.number() }).index("by_person", ["personId", "at"])

export const schema = defineSchema({
  sites,
  ...contentTables,
  people: peopleTables.people,
  grants: peopleTables.grants,
  invitations: peopleTables.invitations,
  locales: lookup(),
  mimeTypes: lookup().global(),
  ...(AUDIT ? { audit } : {}),
} as const).extend(comments.extension)

export { schema as default }
