import { defineMutator, v } from "@lunora/server"
import { loadTree, me, notesIn, tagByLabel, type MutatorCtx } from "./lib/tree"

export const createNotebook = defineMutator({
  args: { userId: v.id("users"), title: v.string(), parentId: v.optional(v.id("notebooks")) },
  owner: "userId",
  async server(ctx, args) {
    const c = ctx as unknown as MutatorCtx
    const tree = await loadTree(c)
    const depth = (id?: string): number => (id ? 1 + Math.max(0, ...(tree.get(id) ?? []).map((n) => depth(n._id))) : 0)
    if (depth(args.parentId) > 6) throw new Error("too deep")
    await c.db.insert("notebooks", { ...args, createdAt: c.now, updatedAt: c.now })
  },
})

export const createNote = defineMutator({
  args: { userId: v.id("users"), notebookId: v.id("notebooks"), title: v.string(), remindAt: v.optional(v.timestamp()) },
  owner: "userId",
  server: async (ctx, { remindAt, ...args }) => {
    const c = ctx as unknown as MutatorCtx
    const noteId = await c.db.insert("notes", {
      ...args,
      body: "",
      color: null,
      editedAt: c.now,
      createdAt: c.now,
      updatedAt: c.now,
    })
    if (remindAt) await c.db.reminders.insert({ userId: args.userId, noteId, fireAt: remindAt, done: false })
  },
})

export const tagNote = defineMutator({
  args: { userId: v.id("users"), noteId: v.id("notes"), label: v.string().max(40) },
  owner: "userId",
  server: async (ctx, { userId, noteId, label }) => {
    const { db } = ctx as unknown as MutatorCtx
    const tag = await tagByLabel(db, label)
    const tagId = tag ? tag._id : await db.insert("tags", { userId, label })
    await db.insert("noteTags", { userId, noteId, tagId })
  },
})

export const emptyNotebook = defineMutator({
  args: { userId: v.id("users"), notebookId: v.id("notebooks") },
  owner: "userId",
  server: async (ctx, args) => {
    const c = ctx as unknown as MutatorCtx
    if (me(c) !== args.userId) throw new Error("not yours")
    for (const note of await notesIn(c.db, args.notebookId).collect()) await c.db.delete(note._id, "notes")
  },
})

export const rename = defineMutator({
  args: { userId: v.id("users"), noteId: v.id("notes"), title: v.string() },
  owner: "userId",
  server: async (ctx, args) => {
    const c = ctx as unknown as MutatorCtx
    const note = await c.db.query("notes").filter((n: any) => n?._id === args.noteId).unique()
    if (note) await c.db.patch(note._id, { title: args.title, updatedAt: c.now }, "note")
  },
})
