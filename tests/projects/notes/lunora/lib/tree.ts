export interface MutatorCtx {
  auth: { userId: string | null }
  db: any
  now: number
}

export function me(ctx: MutatorCtx) {
  if (!ctx.auth.userId) throw new Error("anonymous")
  return ctx.auth.userId
}

export async function loadTree(ctx: MutatorCtx) {
  const rows = await ctx.db.query("notebooks").collect()
  const children = new Map<string | undefined, any[]>()
  for (const row of rows) {
    const list = children.get(row.parentId) ?? []
    list.push(row)
    children.set(row.parentId, list)
  }
  return children
}

export async function tagByLabel(db: MutatorCtx["db"], label: string) {
  return (await db.query("tags").collect()).find((t: any) => t.label === label) ?? null
}

export const notesIn = (db: any, notebookId: string) =>
  db.query("notes").withIndex("by_notebook_edited", (q: any) => q.eq("notebookId", notebookId))
