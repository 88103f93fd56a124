import { definePlugin, defineSchemaExtension, defineTable, v } from "@lunora/server"

const extension = defineSchemaExtension("comments", {
  tables: {
    threads: defineTable({ subject: v.string(), open: v.boolean() }).index("by_subject", ["subject"]),
    messages: defineTable({
      threadId: v.id("threads"),
      personId: v.id("people"),
      text: v.string(),
    })
      .index("by_thread", ["threadId"])
      .index("by_person", ["personId"])
      .relations((r) => ({ thread: r.one("threads", { field: "threadId", onDelete: "cascade" }) })),
  },
})

export const comments = definePlugin("comments", {
  extension,
  middleware: async ({ ctx, next }: any) => next({ ctx: { comments: commentsApi(ctx) } }),
})

export function commentsApi(ctx: any) {
  const threadFor = async (subject: string) =>
    ctx.db
      .query("comments_threads")
      .withIndex("by_subject", (q: any) => q.eq("subject", subject))
      .first()

  return {
    async list(subject: string) {
      const thread = await threadFor(subject)
      if (!thread) return []
      return ctx.db.query("comments_messages").withIndex("by_thread", (q: any) => q.eq("threadId", thread._id)).collect()
    },
    async add(subject: string, personId: string, text: string) {
      const thread = await threadFor(subject)
      const threadId = thread?._id ?? (await ctx.db.insert("comments_threads", { subject, open: true }))
      return ctx.db.insert("comments_messages", { threadId, personId, text })
    },
  }
}
