import { defineMutator, v } from "lunorash/server";
import type { MutationCtx } from "#gen/server";

interface MutatorCtx {
  auth: { userId: string | null };
  db: MutationCtx["db"];
}

const assertOwner = (ctx: MutatorCtx, userId: string) => {
  if (ctx.auth.userId !== userId) throw new Error("not yours");
};

export const savePage = defineMutator({
  args: { userId: v.string(), id: v.id("notebooks"), page: v.string(), savedOn: v.string() },
  owner: "userId",
  server: async (raw, { id, ...page }) => {
    const ctx = raw as unknown as MutatorCtx;
    assertOwner(ctx, page.userId);
    await ctx.db.notebooks.replace(id, page);
  },
});

export const newPage = defineMutator({
  args: { userId: v.string(), page: v.string() },
  owner: "userId",
  async server(raw, args) {
    const ctx = raw as unknown as MutatorCtx;
    await ctx.db.insert("notebooks", { ...args, savedOn: "today" });
    await ctx.db.insert("outbox", { topic: "page", payload: args.page });
  },
});

export const befriend = defineMutator({
  args: { friend: v.string() },
  server: (ctx, { friend }) => (ctx as unknown as MutatorCtx).db.buddies.insert({ friend, userId: "me" }),
});

export const unfriend = defineMutator({
  args: { userId: v.string(), friend: v.string() },
  server: async (raw, args) => {
    const ctx = raw as unknown as MutatorCtx;
    assertOwner(ctx, args.userId);
    const row = await ctx.db.query("buddies").withIndex("by_friend", (q) => q.eq("friend", args.friend)).first();
    if (row) await ctx.db.buddies.delete(row._id);
  },
});
