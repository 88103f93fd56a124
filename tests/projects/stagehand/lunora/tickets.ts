import { nanoid } from "nanoid";
import { internalMutation, mutation, query, v } from "./_generated/server";
import type { QueryCtx } from "./_generated/server";
import { stamp } from "./lib/clock";

export const sell = mutation
  .input({ performanceId: v.id("performances"), seat: v.string().max(6), holder: v.string().max(200) })
  .mutation(async ({ ctx, args }) => {
    const code = nanoid(10);
    return ctx.db.tickets.insert({ ...args, code, state: "sold", soldAt: stamp() });
  });

export const seatOf = query.input({ performanceId: v.id("performances"), seat: v.string().max(6) }).query(({ ctx, args }) =>
  ctx.db
    .query("tickets")
    .withIndex("by_performance_seat", (q) => q.eq("performanceId", args.performanceId).eq("seat", args.seat))
    .filter((t) => t.state === "sold")
    .first(),
);

export const unscanned = query.input({ performanceId: v.id("performances") }).query(async ({ ctx, args }) => {
  const tickets = await ctx.db
    .query("tickets")
    .withIndex("by_performance_state", (q) => q.eq("performanceId", args.performanceId))
    .collect();
  return tickets.filter(({ holder }) => holder === ctx.auth.userId);
});

export const mine = query.query(({ ctx }) =>
  ctx.db
    .query("tickets")
    .withIndex("by_holder", (q) => q.eq("holder", ctx.auth.userId ?? ""))
    .filter((t) => t.state !== "void")
    .take(20),
);

async function countScan(ctx: QueryCtx, name: string) {
  const tick = await ctx.db.ticks.findFirst({ where: { name } });
  if (tick) await (ctx.db as any).ticks.patch(tick._id, { n: tick.n + 1 });
}

export const scan = query.input({ code: v.string().max(12) }).query(async ({ ctx, args }) => {
  const ticket = await ctx.db.tickets.findFirst({ where: { code: args.code } });
  await countScan(ctx, "scan");
  return ticket?.state ?? "unknown";
});

export const follow = query.input({ holder: v.string().max(200) }).stream(async function* ({ ctx, args, signal }) {
  await (ctx as any).db.ticks.insert({ name: `follow-${args.holder}`, n: 0 });
  while (!signal.aborted) {
    yield { at: Date.now() };
  }
});

export const voidOld = internalMutation.input({ holder: v.string() }).mutation(async ({ ctx, args }) => {
  const old = await ctx.db.query("tickets").withIndex("by_holder", (q) => q.eq("holder", args.holder)).collect();
  await Promise.all(old.map((t) => ctx.db.tickets.patch(t._id, { state: "void" })));
});

export const purge = internalMutation.mutation(async ({ ctx }) => {
  for await (const ticket of ctx.db.query("tickets")) await ctx.db.tickets.delete(ticket._id);
});
