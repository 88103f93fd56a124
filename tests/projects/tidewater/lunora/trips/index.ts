import { mutation, query, v } from "#gen/server";

export const start = mutation.input({ code: v.string().max(20), title: v.string().max(100) }).mutation(async ({ ctx, args }) => {
  const userId = ctx.auth.userId;
  if (!userId) throw new Error("anonymous");
  await ctx.db.trips.insert({ ...args, userId });
  for (const seq of [1, 2, 3]) await ctx.db.legs.insert({ userId, tripCode: args.code, seq });
});

export const byCode = query.input({ code: v.string().max(20) }).query(({ ctx, args }) => ctx.db.trips.findUnique({ where: { code: args.code } }));

export const legs = query.input({ code: v.string().max(20) }).query(({ ctx, args }) =>
  ctx.db
    .query("legs")
    .filter((leg) => leg.tripCode === args.code)
    .collect(),
);

export const dropLeg = mutation.input({ legId: v.id("legs") }).mutation(async ({ ctx, args: { legId } }) => {
  const leg = await ctx.db.query("legs").filter((l) => legId === l._id).unique();
  if (leg?.userId === ctx.auth.userId) await ctx.db.legs.delete(legId);
});
