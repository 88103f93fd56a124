import { internalMutation, query } from "@gen/server";

export const nightly = internalMutation.mutation(async ({ ctx }) => {
  const beat = await ctx.db.heartbeats.findFirst({ where: { name: "nightly" } });
  const stray = await ctx.db.tasks.findFirst({ where: { state: "open" } });
  if (stray) ctx.log.warn("tasks on the root shard", { id: stray._id });
  if (beat) await ctx.db.heartbeats.patch(beat._id, { at: ctx.now, beats: beat.beats + 1 });
  else await ctx.db.heartbeats.insert({ name: "nightly", at: ctx.now, beats: 1 });
});

export const status = query.query(({ ctx }) => ctx.db.query("heartbeats").order("desc").take(10));
