import { mutation, query, v } from "../_generated/server.js";
import { requireEditor } from "../lib/auth.js";

export const list = query({
  args: {},
  handler: async (ctx) => {
    await requireEditor(ctx);
    const users = await ctx.db.query("users").collect();
    return users.map(({ _id, name, role }) => ({ _id, name, role }));
  },
});

export const staff = query({
  args: {},
  handler: async (ctx) => {
    await requireEditor(ctx);
    const authors = await ctx.db
      .query("users")
      .withIndex("by_role", (q) => q.eq("role", "author"))
      .collect();
    return authors.map((author) => author.name);
  },
});

export const setRole = mutation({
  args: { userId: v.id("users"), role: v.union(v.literal("reader"), v.literal("author"), v.literal("editor")) },
  handler: async (ctx, args) => {
    await requireEditor(ctx);
    await ctx.db.users.patch(args.userId, { role: args.role });
  },
});
