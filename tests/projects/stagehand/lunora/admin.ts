import { internalMutation, internalQuery, v } from "./_generated/server";

export const usherNamed = internalQuery.input({ name: v.string() }).query(({ ctx, args }) =>
  // lunora-advisor-disable-next-line filter_without_index
  ctx.db.query("staffers").filter((s) => s.name === args.name).first(),
);

export const withToken = internalQuery.input({ token: v.string() }).query(({ ctx, args }) => {
  // lunora-advisor-disable-next-line filter_without_index, unbounded_collect -- forty people work here
  const hits = ctx.db.query("staffers").filter((s) => s.token === args.token).collect();
  return hits;
});

export const resetTokens = internalMutation.mutation(async ({ ctx }) => {
  const crew = await ctx.db.query("staffers").take(100);
  for (const { _id } of crew) await ctx.db.staffers.patch(_id, { token: "" }); // lunora-advisor-disable-line collect_then_write -- bounded anyway
});

// lunora-advisor-disable-next-line unbounded_colect -- everybody fits on one page
export const staffCount = internalQuery.query(async ({ ctx }) => (await ctx.db.query("staffers").collect()).length);
