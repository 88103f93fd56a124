import { v } from "@lunora/server"

import { internalMutation, mutation, query } from "./_generated/server"
import { build, log } from "./lib/site"

export const open = mutation.input({ host: v.string(), name: v.string() }).mutation(async ({ ctx, args }) => {
  const { locale } = await defaults(ctx)
  const siteId = await ctx.db.sites.insert({ ...args, defaultLocale: locale })
  await ctx.db.grants.insert({ personId: ctx.auth.userId as never, siteId, role: "owner" })
  await log(ctx, "open")
  return siteId
})

async function defaults(ctx: any, key = "en") {
  const row = await ctx.db.locales.findUnique({ where: { key } })
  return { locale: row?.key ?? key }
}

export const byHost = query.input({ host: v.string() }).query(({ ctx, args }) => ctx.db.sites.findFirst({ where: { host: args.host } }))

export const team = build.read.input({ siteId: v.id("sites") }).query(async ({ ctx, args }) => {
  await ctx.can(args.siteId)
  const grants = await ctx.db.query("grants").withIndex("by_site", (q) => q.eq("siteId", args.siteId)).collect()
  const people = await Promise.all(grants.map((g) => ctx.db.people.get(g.personId)))
  return people.filter((p) => p !== null).map((p) => p.name)
})

export const invite = build.own.input({ siteId: v.id("sites"), email: v.string(), role: v.string() }).mutation(async ({ ctx, args }) => {
  const grant = await ctx.can(args.siteId)
  const open = await ctx.db.invitations.findFirst({ where: { siteId: args.siteId, email: args.email } })
  if (open) return open._id
  return ctx.db.invitations.insert({ ...args, invitedById: grant.personId, expiresAt: ctx.now + 7 * 864e5 })
})

export const menu = build.own.input({ siteId: v.id("sites"), name: v.string(), root: v.id("pages") }).mutation(async ({ ctx, args }) => {
  await ctx.can(args.siteId)
  await ctx.db.menus.insert({ siteId: args.siteId, name: args.name, rootPageId: args.root, items: [args.root] })
})

export const install = internalMutation.mutation(async ({ ctx }) => {
  await ctx.db.insertMany("locales", [{ key: "en", label: "English" }, { key: "de", label: "Deutsch" }])
  for (const key of ["image/png", "image/webp"]) await ctx.db.mimeTypes.insert({ key, label: key })
})

export const homes = internalMutation.input({ page: v.id("pages") }).mutation(async ({ ctx, args }) => {
  const { page } = await ctx.db.sites.findMany({ where: { homePageId: args.page } })
  await ctx.db.patchMany(page.map((s) => ({ id: s._id, patch: { defaultLocale: "en" } })))
})
