import { internalMutation, internalQuery, mutation, query, v } from "./_generated/server";
import { clamp } from "./data/clamp";
import { newest } from "./data/rows";

const hiveArg = { hiveId: v.id("hives") };
const limited = { ...hiveArg, limit: v.number().int().min(1).max(200) };

export const record = mutation
  .input({ ...hiveArg, kind: v.string().max(20), value: v.number() })
  .mutation(({ ctx, args }) => ctx.db.readings.insert({ ...args, at: ctx.now }));

export const latest = query.query(({ ctx }) => newest(ctx));

export const window = query.input({ ...hiveArg, since: v.optional(v.number()) }).query(({ ctx, args }) => {
  const base = ctx.db.query("readings");
  const ranged =
    args.since === undefined
      ? base.withIndex("by_hive_at", (q) => q.eq("hiveId", args.hiveId))
      : base.withIndex("by_hive_at", (q) => q.eq("hiveId", args.hiveId).gt("at", args.since!));
  return ranged.collect();
});

export const some = query.input(limited).query(({ ctx, args }) => ctx.db.query("readings").order("desc").take(args.limit));

export const clamped = query.input({ limit: v.number() }).query(({ ctx, args }) => ctx.db.query("readings").take(clamp(args.limit)));

export const dump = query.input({ limit: v.number() }).query(({ ctx, args }) => ctx.db.query("readings").take(args.limit));

export const ofKind = query.input({ ...hiveArg, kind: v.string().max(20) }).query(({ ctx, args }) =>
  ctx.db
    .query("readings")
    .withIndex("by_hive_at", (q) => q.eq("hiveId", args.hiveId))
    .filter((r) => r.kind === args.kind)
    .collect(),
);

export const kinds = internalQuery.input(hiveArg).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.readings.findMany({
    where: { hiveId: args.hiveId, kind: { in: ["weight", "temperature"] } },
    limit: 500,
  });
  return new Set(page.map((r) => r.kind)).size;
});

export const forget = internalMutation
  .input({ ...hiveArg, before: v.number() })
  .mutation(({ ctx, args }) => ctx.db.deleteWhere("readings", { hiveId: args.hiveId, at: { lt: args.before } }));

export const hot = internalQuery.input({ over: v.number() }).query(async ({ ctx, args }) => {
  const found = await ctx.db.readings.findMany({ where: { value: { gt: args.over } }, limit: 20 });
  return found.page;
});
