import { query, v } from "./_generated/server";

export const fare = query.input({ routeCode: v.string().max(12) }).query(async ({ ctx, args }) => {
  const rule = await ctx.db.fareRules.findUnique({ where: { routeCode: args.routeCode } });
  return rule?.baseCents ?? null;
});
