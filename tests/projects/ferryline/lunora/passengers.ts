import { internalQuery, mutation, query, v } from "./_generated/server";
import type { Doc } from "./_generated/dataModel";

export const register = mutation
  .input({ email: v.string().email().max(200), name: v.string().max(120) })
  .mutation(async ({ ctx, args: { email, name } }) => {
    const known = await ctx.db.passengers.findFirst({ where: { email } });
    return known?._id ?? ctx.db.passengers.insert({ email, name, loyaltyTier: 0 });
  });

export const promoteToCrew = mutation
  .input({ passengerId: v.id("passengers"), employerId: v.id("operators"), badge: v.string().max(24) })
  .mutation(async ({ ctx, args }) => {
    const passenger = (await ctx.db.passengers.get(args.passengerId)) as Doc<"passengers"> | null;
    if (!passenger) throw new Error("who?");
    return ctx.db.crewMembers.insert({ badge: args.badge, employerId: args.employerId, fullName: passenger.name, rank: "cadet" });
  });

export const gold = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.passengers.findMany({ where: { tier: 3 }, limit: 50 });
  return page.map((p) => p.name);
});

export const names = internalQuery.query(({ ctx }) =>
  ctx.db.query("passengers").withIndex("by_tier", (q) => q.gte("loyaltyTier", 2)).take(10),
);
