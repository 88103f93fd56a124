import { v } from "@lunora/server"
import { internalMutation, internalQuery, query } from "./_generated/server"
import type { QueryCtx } from "./_generated/server"

export const edited = query({
  args: { since: v.number() },
  handler: async (ctx, { since }) =>
    await ctx.db.query("notes").withIndex("by_notebook_edited", (q) => q.gt("editedAt", since)).collect(),
})

export const colored = query({
  args: { color: v.optional(v.string()) },
  handler: async (ctx, { color = "yellow" }) => ctx.db.query("notes").withIndex("by_color", (q) => q.eq("color", color)).collect(),
})

export const titled = query({
  args: { title: v.string() },
  handler: async (ctx, args) => {
    let reader = ctx.db.query("notes")
    if (args.title) {
      reader = reader.filter((n) => n.title === args.title)
    }
    return reader.collect()
  },
})

export const withTag = query({
  args: { tagId: v.id("tags"), exact: v.boolean() },
  handler: listWithTag,
})

async function listWithTag(c: QueryCtx, args: { tagId: string; exact: boolean }) {
  const links = await c.db.query("noteTags").withIndex("by_tag_note", (q) => q.eq("tagId", args.tagId)).collect()
  return Promise.all(links.map((l) => c.db.notes.get(l.noteId)))
}

export const tagsOn = query({
  args: { noteId: v.id("notes") },
  handler: async ({ db }, args) => {
    const links = await db.query("noteTags").collect()
    const hits = []
    for (const link of links) {
      if (link.noteId !== args.noteId) continue
      hits.push(await db.tags.get(link.tagId))
    }
    return hits
  },
})

export const agenda = query({
  args: {},
  handler: async (ctx) => ctx.db.query("reminders").withIndex("by_fire").collect(),
})

export const nextUp = query({
  args: {},
  handler: async (ctx) => ctx.db.query("reminders").withIndex("by_fire").first(),
})

export const todo = query({
  args: { userId: v.id("users") },
  handler: async (ctx, args) => {
    const { page } = await ctx.db.reminders.findMany({ where: { userId: args.userId, done: false }, limit: 50 })
    return page
  },
})

export const doneReminders = query({
  args: {},
  handler: async (ctx) => (await ctx.db.reminders.findMany({ where: { done: true } })).page,
})

export const files = query({
  args: { noteId: v.id("notes") },
  handler: async (ctx, args) => {
    const rows = await ctx.db.query("attachments").withIndex("by_note", (q) => q.eq("noteId", args.noteId)).collect()
    return rows.filter((r) => r.bytes > 0)
  },
})

export const bigFiles = internalQuery({
  args: { size: v.union(v.literal("big"), v.literal("huge")) },
  handler: async (ctx, args) => {
    const limit = args.size === "huge" ? 50_000_000 : 5_000_000
    return ctx.db.query("attachments").filter((a) => a.bytes >= limit).collect()
  },
})

export const ensureUser = internalMutation({
  args: { subject: v.string(), name: v.string() },
  handler: async (ctx, args) => {
    const known = await ctx.db.query("users").withIndex("by_subject", (q) => q.eq("subject", args.subject)).unique()
    return known?._id ?? ctx.db.users.insert({ ...args, plan: "free" })
  },
})

export const stats = internalQuery({
  args: {},
  handler: async (ctx) => {
    const db = Reflect.get(ctx, "db") as QueryCtx["db"]
    const total = await db.query("notes").collect()
    return total.length
  },
})
