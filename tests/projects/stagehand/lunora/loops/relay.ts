import { internal } from "../_generated/api";
import { internalAction, internalMutation } from "../_generated/server";
import type { MutationCtx } from "../_generated/server";

const rearm = (ctx: MutationCtx) =>
  ctx.scheduler.runAfter(30_000, internal.loops.relay.heartbeat, {});

export const heartbeat = internalMutation.mutation(async ({ ctx }) => {
  ctx.log.info("alive");
  await rearm(ctx);
});

export const watch = internalMutation.mutation(async ({ ctx }) => {
  const timers = ctx.scheduler;
  const jobId = await timers.runAfter(5_000, internal.loops.relay.watch, {});
  ctx.log.debug("next", { jobId });
});

export const ping = internalAction.action(async ({ ctx }) => {
  await ctx.runAction(internal.loops.relay.pong, {});
});

export const pong = internalAction.action(async ({ ctx }) => {
  await ctx.runAction(internal.loops.relay.ping, {});
});

async function stopIfDone(ctx: MutationCtx) {
  const tick = await ctx.db.ticks.findFirst({ where: { name: "poll" } });
  if (!tick || tick.n > 100) throw new Error("enough");
  await ctx.db.ticks.patch(tick._id, { n: tick.n + 1 });
}

export const poll = internalMutation.mutation(async ({ ctx }) => {
  await stopIfDone(ctx);
  await ctx.scheduler.runAfter(1_000, internal.loops.relay.poll, {});
});

export const countdown = internalMutation.mutation(async ({ ctx }) => {
  const tick = await ctx.db.ticks.findFirst({ where: { name: "countdown" } });
  switch (tick?.n ?? 0) {
    case 0:
      return;
    default:
      await ctx.scheduler.runAfter(1_000, internal.loops.relay.countdown, {});
  }
});
