import { internal } from "../_generated/api";
import { internalMutation, v } from "@server";
import { assertStillActive } from "../lib";

export const tick = internalMutation.input({ key: v.string() }).mutation(async ({ ctx, args }) => {
  await assertStillActive(ctx, args.key);
  await ctx.scheduler.runAfter(60_000, internal.runs.runner.tick, args);
});

export const begin = internalMutation.input({ key: v.string() }).mutation(async ({ ctx, args: { key } }) => {
  await ctx.db.runs.insert({ key, state: "due", dueAt: ctx.now, touchedAt: ctx.now });
  await ctx.scheduler.runAfter(0, "runs_runner:tick", { key });
});

export const drain = internalMutation.mutation(async ({ ctx }) => {
  const due = await ctx.db
    .query("runs")
    .withIndex("by_state_due", (q) => q.eq("state", "due").lte("dueAt", ctx.now))
    .take(200);
  for (const run of due) await ctx.db.runs.patch(run._id, { state: "running", attempts: run.attempts + 1 });
  if (due.length === 200) await ctx.scheduler.runAfter(0, internal.runs.runner.drain, {});
});
