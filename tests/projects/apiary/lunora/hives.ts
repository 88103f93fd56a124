import { mutation, query, v } from "./_generated/server";
import { HiveWriter, hiveRepository } from "#data/hive-repository";
import { byId, creator } from "~/data/rows";

const create = creator("hives");

export const mine = query
  .input({ keeperId: v.id("keepers"), strain: v.optional(v.string().max(40)) })
  .query(({ ctx, args }) => hiveRepository(ctx).ofKeeper(args.keeperId, args.strain));

export const byLabel = query.input({ label: v.string().max(40) }).query(({ ctx, args }) => hiveRepository(ctx).labelled(args.label));

export const crowded = query.query(({ ctx }) => hiveRepository(ctx).crowded());

export const inApiary = query.input({ name: v.string().max(60) }).query(({ ctx, args }) => hiveRepository(ctx).inApiary(args.name));

export const neighbours = query.input({ hiveId: v.id("hives") }).query(async ({ ctx, args }) => {
  const hive = await ctx.db.hives.get(args.hiveId);
  if (!hive) return [];
  const siblings = await ctx.db
    .query("hives")
    .withIndex("by_keeper_label", (q) => q.eq("keeperId", hive.keeperId).gte("label", hive.label))
    .collect();
  return siblings.map((s) => s.label);
});

export const ofStrain = query.input({ strain: v.string().max(40) }).query(async ({ ctx, args }) => {
  const { query: rows } = ctx.db;
  return await rows("hives").filter((h) => h.strain === args.strain).collect();
});

export const add = mutation
  .input({ keeperId: v.id("keepers"), label: v.string().max(40), strain: v.string().max(40) })
  .mutation(async ({ ctx, args }) => {
    const keeper = await byId(ctx, args.keeperId);
    if (!keeper?.active) throw new Error("inactive keeper");
    return create(ctx)({ ...args, frames: 0, capacity: 10, location: { apiary: "home", row: 1 } });
  });

export const rename = mutation
  .input({ from: v.string().max(40), to: v.string().max(40) })
  .mutation(({ ctx, args: { from, to } }) => new HiveWriter(ctx).rename(from, to));
