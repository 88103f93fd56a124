import { v } from "@lunora/server"

import { build } from "./lib/site"

const accepted = ["image/png", "image/webp"] as const

export const ofMime = build.read.input({ siteId: v.id("sites"), mime: v.string() }).query(async ({ ctx, args }) => {
  return ctx.db
    .query("assets")
    .withIndex("by_site_mime", (q) => q.eq("siteId", args.siteId).eq("mime", args.mime))
    .collect()
})

export const images = build.read.input({ siteId: v.id("sites") }).query(async ({ ctx, args }) => {
  const perMime = await Promise.all(
    accepted.map((mime) => ctx.db.query("assets").withIndex("by_site_mime", (q) => q.eq("siteId", args.siteId).eq("mime", mime)).take(20)),
  )
  return perMime.flat()
})

export const uploads = build.read.query(({ ctx }) => ctx.db.assets.findMany({ where: { uploadedBy: ctx.auth.userId }, limit: 20 }))

export const register = build.write
  .input({ siteId: v.id("sites"), file: v.storage(), mime: v.string(), bytes: v.number() })
  .mutation(async ({ ctx, args }) => {
    const known = await ctx.db.query("mimeTypes").withIndex("by_key", (q) => q.eq("key", args.mime)).unique()
    if (!known) throw new Error(`unsupported ${args.mime}`)
    return ctx.db.assets.insert({ ...args, uploadedBy: ctx.auth.userId })
  })

export const follow = build.read.input({ siteId: v.id("sites"), from: v.string() }).query(async ({ ctx, args }) => {
  const [hit = null] = await ctx.db.query("redirects").withIndex("by_site_from", (q) => q.eq("siteId", args.siteId).eq("from", args.from)).take(1)
  return hit?.to
})

export const addRedirect = build.write.input({ siteId: v.id("sites"), from: v.string(), to: v.string() }).mutation(({ ctx, args }) => {
  return ctx.db.redirects.upsert({ target: ["siteId", "from"], create: { ...args, hits: 0 }, update: { to: args.to } })
})
