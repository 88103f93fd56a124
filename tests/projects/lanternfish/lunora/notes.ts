import names from "./db/names.json" with { type: "json" };
import { v } from "@server";
import { keeperMutation, keeperQuery } from "#lab/lib/index";

export const write = keeperMutation
  .input({ keeperId: v.id("keepers"), tankId: v.id("tanks"), text: v.string().max(2000) })
  .mutation(({ ctx, args }) => ctx.db.insert("notes", args));

export const mine = keeperQuery.input({ keeperId: v.id("keepers") }).query(async ({ ctx, args }) => {
  const notes = await ctx.db
    .query("notes")
    .withIndex("by_keeper_tank", (q) => q.eq("keeperId", args.keeperId))
    .take(names.limit > 50 ? 50 : 25);
  return notes.map(({ text }) => text);
});
