import { internalMutation, internalQuery, v } from "#gen/server";

const LEGS = "legs";

export const addLegs = internalMutation.input({ userId: v.string(), code: v.string() }).mutation(async ({ ctx, args }) => {
  const legs = [4, 5].map((seq) => ({ userId: args.userId, tripCode: args.code, seq }));
  await ctx.db.insertMany(LEGS, legs);
});

export const note = internalMutation.input({ userId: v.string(), what: v.string() }).mutation(async ({ ctx, args }) => {
  const actor = await ctx.db.audit_actors.findFirst({ where: { userId: args.userId } });
  if (!actor) return;
  await ctx.db.audit_events.insert({ actorId: actor._id, what: args.what });
});

export const eventsOf = internalQuery.input({ actorId: v.id("audit_actors") }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.audit_events.findMany({ where: { actorId: args.actorId }, limit: 50 });
  return page.map((e) => e.what);
});
