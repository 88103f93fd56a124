import * as lunora from "@lunora/server"

const { v } = lunora

const ROLE = { Owner: "owner", Editor: "editor", Viewer: "viewer" } as const
const role = v.union(v.literal(ROLE.Owner), v.literal(ROLE.Editor), v.literal(ROLE.Viewer))

const GRANT_KEY = ["personId", "siteId"] as const

export const people = lunora
  .defineTable({ name: v.string(), email: v.string().email().unique(), lastSeenAt: v.number().default(0) })
  .global()

export const grants = lunora
  .defineTable({ personId: v.id("people"), siteId: v.id("sites"), role })
  .index("by_person_site", [...GRANT_KEY], { unique: true })
  .index("by_site", ["siteId"])

export const invitations = lunora.defineTable({
  siteId: v.id("sites"),
  email: v.string(),
  role,
  invitedById: v.id("people"),
  expiresAt: v.number(),
})
  .index("by_site_email", ["siteId", "email"])
  .ttl("expiresAt")
