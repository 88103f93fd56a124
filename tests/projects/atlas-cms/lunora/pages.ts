import { v } from "@lunora/server"

import { query as publicQuery } from "./_generated/server"
import { build, log } from "./lib/site"

const site = { siteId: v.id("sites") }

export const bySlug = publicQuery.input({ ...site, slug: v.string(), locale: v.optional(v.string()) }).query(async ({ ctx, args }) => {
  const found = await ctx.db.query("pages").withIndex("by_site_slug", (q) => {
    const slugged = q.eq("siteId", args.siteId).eq("slug", args.slug)
    return args.locale ? slugged.eq("locale", args.locale) : slugged
  }).first()
  return found
})

export const live = publicQuery.input(site).query(({ ctx, args }) =>
  ctx.db.pages.findMany({
    where: { siteId: args.siteId, status: "live" },
    orderBy: [{ publishedAt: "desc" }],
    limit: 50,
    select: ["slug", "title", "publishedAt"],
  }),
)

export const drafts = build.read.input(site).query(async ({ ctx, args }) => {
  await ctx.can(args.siteId)
  return ctx.db
    .query("pages")
    .withIndex("by_site_status", (q) => q.eq("siteId", args.siteId).eq("status", "draft"))
    .collect()
})

export const children = build.read.input({ parent: v.id("pages") }).query(async ({ ctx, args }) => {
  const pages = await ctx.db["pages"].findMany({ where: { parentPageId: { in: [args.parent] } } })
  return pages.page.map((p) => p.slug)
})

export const changedSince = build.read.input({ seq: v.number() }).query(({ ctx, args }) =>
  ctx.db.query("revisions").withIndex("by_commit", (q) => q.gt("_commitSeq", args.seq)).take(100),
)

export const localized = build.read.input({ ...site, locale: v.string() }).query(async ({ ctx, args }) => {
  await ctx.can(args.siteId)
  return ctx.db
    .query("pages")
    .withIndex("by_site_slug", (q) => q.eq("siteId", args.siteId).eq("locale", args.locale))
    .collect()
})

export const save = build.write
  .input({ page: v.id("pages"), blocks: v.array(v.any()) })
  .mutation(async ({ ctx, args }) => {
    const page = await ctx.db.pages.get(args.page)
    const grant = await ctx.can(page!.siteId)
    const last = await ctx.db
      .query("revisions")
      .withIndex("by_page", (q) => q.eq("pageId", args.page))
      .order("desc")
      .first()
    if (last && ctx.now - last.savedAt < 1000) return last._id
    const id = await ctx.db.revisions.insert({ pageId: args.page, editorId: grant.personId, blocks: args.blocks, savedAt: ctx.now })
    await ctx.db.pages.patch(args.page, { blocks: args.blocks })
    await log(ctx, `save ${args.page}`)
    return id
  })

export const create = build.write
  .input({ ...site, slug: v.string(), title: v.string(), locale: v.string() })
  .mutation(async ({ ctx, args }) => {
    const { personId } = await ctx.can(args.siteId)
    return ctx.orm.insert("pages").values({ ...args, blocks: [], authorId: personId, status: "draft", publishedAt: null })
  })

export const discuss = build.write.input({ page: v.id("pages"), text: v.string() }).mutation(async ({ ctx, args }) => {
  await ctx.comments.add(`page:${args.page}`, ctx.auth.userId, args.text)
  return ctx.comments.list(`page:${args.page}`)
})
