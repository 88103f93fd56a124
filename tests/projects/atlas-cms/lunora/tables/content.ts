import { defineTable, v } from "@lunora/server"

import { indexed, optionalId, publishable, siteTable } from "./helpers"

const block = v.object({ kind: v.string(), data: v.record(v.string(), v.any()) })

const pages = siteTable(
  {
    slug: v.string(),
    title: v.string(),
    locale: v.string(),
    blocks: v.array(block),
    authorId: v.id("people"),
    parentPageId: optionalId("pages"),
    ...publishable,
  },
  "by_site_slug",
  ["slug", "locale"],
)
  .index("by_site_status", ["siteId", "status", "publishedAt"])
  .index("by_author", ["authorId"])
  .index("by_parent", ["parentPageId"])

const revisions = defineTable({
  pageId: v.id("pages"),
  editorId: v.id("people"),
  blocks: v.array(block),
  savedAt: v.number(),
})
  .index("by_page", ["pageId", "savedAt"])
  .index("by_page_recent", ["pageId", "savedAt"])
  .commitOrdered()
  .softDelete({ field: "removedAt" })
  .index("by_commit", ["_commitSeq"])
  .index("by_removed", ["removedAt"])

const assets = indexed(
  defineTable({
    siteId: v.id("sites"),
    file: v.storage(),
    mime: v.string(),
    bytes: v.number(),
    uploadedBy: v.id("people"),
  }),
  { by_site_mime: ["siteId", "mime"], by_uploader: ["uploadedBy"] },
)

const redirects = siteTable({ from: v.string(), to: v.string(), hits: v.number() }, "by_site_from", ["from"])

const menus = defineTable({
  siteId: v.id("sites"),
  name: v.string(),
  rootPageId: v.id("pages"),
  items: v.array(v.id("pages")),
}).index("by_site_name", ["siteId", "title"])

export const contentTables = { pages, revisions, assets, redirects, menus } satisfies Record<string, unknown>
