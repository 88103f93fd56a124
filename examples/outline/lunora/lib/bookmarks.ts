import type { MutatorCtx } from "./ctx";

export function findBookmark(ctx: MutatorCtx, nodeId: string) {
  return ctx.db
    .query("bookmarks")
    .filter((bookmark) => bookmark.nodeId === nodeId)
    .first();
}
