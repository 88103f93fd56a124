import { LunoraError } from "lunorash/server";

import { query, v } from "./_generated/server";

const signedIn = query.use(async ({ ctx, next }) => {
  if (!ctx.auth.userId) throw new LunoraError("UNAUTHENTICATED", "Sign in first");
  return next({ ctx: { userId: ctx.auth.userId } });
});

/** The "recent" view. */
export const recent = signedIn.query(({ ctx }) =>
  ctx.db
    .query("nodes")
    .withIndex("by_user_updated", (q) => q.eq("userId", ctx.userId))
    .order("desc")
    .take(30),
);

export const search = signedIn.input({ text: v.string().max(200) }).query(({ ctx, args }) =>
  ctx.db
    .query("nodes")
    .withSearchIndex("search_text", (q) => q.search("text", args.text).eq("userId", ctx.userId))
    .take(50),
);

export const history = signedIn.query(async ({ ctx }) => {
  const revisions = await ctx.db.query("revisions").withIndex("by_user_at").order("desc").collect();
  return revisions.map(({ nodeId, before, at }) => ({ nodeId, before, at }));
});
