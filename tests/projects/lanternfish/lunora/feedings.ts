import { v } from "@server";
import { keeperMutation, keeperQuery } from "./lib";
import type { Doc } from "./_generated/dataModel";

type Clock = { readonly now: number };
const minutesAgo = ({ now }: Clock, n: number) => now - n * 60_000;

export const record = keeperMutation
  .input({ tankId: v.id("tanks"), grams: v.number().positive().max(2000) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.feedings.insertMany([{ ...args, at: ctx.now, by: ctx.auth.userId ?? "?" }]);
  });

export const total = keeperQuery
  .input({ tankId: v.id("tanks") })
  .query(({ ctx, args }) => ctx.db.feedings.aggregate({ op: "sum", field: "grams", where: { tankId: args.tankId } }));

export const lastFive = keeperQuery.input({ tankId: v.id("tanks") }).query(async ({ ctx, args }): Promise<Doc<"feedings">[]> => {
  const q = ctx.db.query("feedings").withIndex("by_tank", (r) => r.eq("tankId", args.tankId));
  return q.order("desc").take(5);
});

export const recently = keeperQuery.input({ tankId: v.id("tanks") }).query(({ ctx, args }) =>
  ctx.db
    .query("feedings")
    .withIndex("by_tank_at", (r) => r.eq("tankId", args.tankId).gte("at", minutesAgo(ctx, 90)))
    .collect(),
);
