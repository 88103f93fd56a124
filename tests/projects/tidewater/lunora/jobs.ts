import { internal } from "#gen/api";
import { internalMutation } from "#gen/server";

export const flush = internalMutation.mutation(async ({ ctx }) => {
  const batch = await ctx.db
    .query("outbox")
    .withIndex("by_topic", (q) => q.eq("topic", "catch"))
    .take(100);
  for (const row of batch) await ctx.db.outbox.delete(row._id);
  if (batch.length < 100) return;
  await ctx.scheduler.runAfter(0, internal.jobs.flush, {});
});

export const probe = internalMutation.mutation(async ({ ctx }) => {
  const seen = await ctx.db.probes.findFirst({ where: { name: "root" } });
  const strays = await ctx.db.query("logs").take(1);
  if (strays.length > 0) ctx.log.warn("rows on the root shard");
  if (seen) await ctx.db.probes.patch(seen._id, { at: ctx.now });
  else await ctx.db.probes.insert({ name: "root", at: ctx.now });
});

export const forever = internalMutation.mutation(async ({ ctx }) => {
  await Promise.all([ctx.scheduler.runAfter(60_000, internal.jobs.forever, {})]);
});
