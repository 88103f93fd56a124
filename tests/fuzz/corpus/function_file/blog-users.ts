import { LunoraError } from "lunorash/server";

import { mutation, query, v } from "#lunora/_generated/server.js";
import { currentUser, requireUser } from "#lunora/lib/auth.js";

export const me = query({
  args: {},
  handler: async (ctx) => currentUser(ctx),
});

/** The page of an author: /@name */
export const byName = query({
  args: { name: v.string().max(80) },
  handler: async (ctx, args) => {
    const user = await ctx.db.users.findFirst({ where: { name: args.name } });
    return user && { name: user.name, bio: user.bio };
  },
});

export const register = mutation({
  args: { name: v.string().max(80) },
  handler: async (ctx, { name }) => {
    const authId = ctx.auth.userId;
    if (!authId) throw new LunoraError("UNAUTHENTICATED", "Sign in first");

    const known = await currentUser(ctx);
    if (known) return known._id;
    return ctx.db.insert("users", { authId, name, role: "reader" });
  },
});

export const updateBio = mutation({
  args: { bio: v.string().max(500) },
  handler: async (ctx, args) => {
    const user = await requireUser(ctx);
    await ctx.db.users.patch(user._id, { bio: args.bio });
  },
});
