import { internalMutation, mutation, query, v } from "../_generated/server";
import { hireInto } from "../lib/hire";

export const hire = mutation
  .input({ badge: v.string().max(24), employerId: v.id("operators"), fullName: v.string().max(120) })
  .mutation(({ ctx, args }) => hireInto(ctx, { ...args, rank: "deckhand" }));

export const founding = internalMutation
  .input({ name: v.string(), contactId: v.id("crewMembers") })
  .mutation(({ ctx, args: { name, contactId } }) => ctx.db.operators.insert({ name, contactId }));

export const roster = query.input({ employerId: v.id("operators") }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.crewMembers.findMany({
    where: { employerId: args.employerId },
    select: ["fullName", "rank"],
    limit: 200,
  });
  return page;
});

export const operatorNamed = query.input({ name: v.string().max(80) }).query(({ ctx, args }) =>
  // lunora-advisor-disable-next-line filter_without_index -- a dozen operators hold a licence, ever
  ctx.db.query("operators").filter((o) => o.name === args.name).first(),
);
