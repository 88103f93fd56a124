import { internalMutation, mutation, query, v } from "./_generated/server.js";

export const list = query
  .input({ count: v.optional(v.number()) })
  .query(async ({ ctx, args }) => {
    return await ctx.db.query("users").take(args.count ?? 25);
  });

export const newestEditors = query.query(async ({ ctx }) => {
  return await ctx.db
    .query("users")
    .withIndex("by_role_joined", (q) => q.eq("role", "editor"))
    .order("desc")
    .take(10);
});

export const byEmail = query
  .input({ email: v.string().email() })
  .query(async ({ ctx, args }) => {
    return await ctx.db.query("users").filter((u) => u.email === args.email).unique();
  });

export const register = mutation
  .input({ handle: v.string().min(2).max(32), email: v.string().email() })
  .mutation(async ({ ctx, args }) => {
    return await ctx.db.insert("users", { ...args, role: "reader", joinedAt: ctx.now });
  });

export const subscribe = mutation
  .input({ email: v.string().email(), referredBy: v.optional(v.id("users")) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.insert("subscribers", { ...args, confirmed: false });
  });

export const referrals = query
  .input({ userId: v.id("users") })
  .query(async ({ ctx, args }) => {
    const rows = await ctx.db
      .query("subscribers")
      .withIndex("by_referrer", (q) => q.eq("referredBy", args.userId).eq("confirmed", true))
      .collect();
    return rows.length;
  });

export const banner = query.query(async ({ ctx }) => {
  return await ctx.db
    .query("announcements")
    .withIndex("by_until", (q) => q.gt("until", ctx.now))
    .first();
});

export const expireBanners = internalMutation.mutation(async ({ ctx }) => {
  const stale = await ctx.db
    .query("announcements")
    .withIndex("by_until", (q) => q.lte("until", ctx.now))
    .take(100);
  for (const row of stale) await ctx.db.delete(row._id);
});
