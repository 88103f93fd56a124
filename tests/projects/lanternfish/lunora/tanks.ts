import { v } from "@server";
import { bossQuery, keeperMutation, keeperQuery } from "./lib";
import * as read from "./lib/readers";

export const overview = keeperQuery.input({ tankId: v.id("tanks") }).query(async ({ ctx, args: { tankId } }) => {
  const [tank, fish, fed] = await Promise.all([ctx.db.tanks.get(tankId), read.residents(ctx, tankId), read.meals(ctx)(tankId)(ctx.now - 86_400_000)]);
  if (!tank) return null;
  const youngest = fish.sort((a, b) => b.bornAt - a.bornAt)[0];
  return { label: tank.label, youngest: youngest?.tag, fed: fed.reduce((n, { grams }) => n + grams, 0) };
});

export const byLabel = keeperQuery.input({ label: v.string().max(40) }).query(({ ctx, args }) => ctx.db.tanks.findUnique({ where: { label: args.label }, with: { flagship: true } }));

export const several = keeperQuery.input({ ids: v.array(v.id("tanks")).max(40) }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.tanks.findMany({ where: { _id: { in: args.ids } } });
  const byId = new Map(page.map((t) => [t._id, t] as const));
  return args.ids.map((id) => byId.get(id) ?? null);
});

export const around = keeperQuery
  .input({ at: v.geoPoint() })
  .query(({ ctx, args }) => ctx.db.query("tanks").withGeoIndex("by_spot", (g) => g.near(args.at, 250)).collect());

export const alertLines = keeperQuery.input({ tankId: v.id("tanks") }).query(async ({ ctx, args }) => {
  const lines: string[] = [];
  for await (const line of new read.AlertFeed(ctx, args.tankId)) lines.push(line);
  return lines;
});

export const byKind = keeperQuery.input({ tankId: v.id("tanks") }).query(async ({ ctx, args }) => {
  const kinds = ["overfed", "cold", "hot"] as const;
  const latest = await Promise.all(
    kinds.map((kind) =>
      ctx.db
        .query("alerts")
        .withIndex("by_tank_kind_raised", (q) => q.eq("tankId", args.tankId).eq("kind", kind))
        .order("desc")
        .first(),
    ),
  );
  return latest.map((a) => (a ? new Date(a.raisedAt).toISOString() : null));
});

export const graveyard = bossQuery.input({ tankId: v.id("tanks"), all: v.boolean() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.specimens.findMany({ where: { tankId: args.tankId }, includeDeleted: args.all, limit: 200 });
  return page;
});

export const open = keeperMutation
  .input({ label: v.string().max(40), litres: v.number().positive() })
  .mutation(async ({ ctx, args }) => {
    const { label, litres } = args;
    return ctx.db["tanks"].insert({ label, litres, flagshipId: null, spot: null });
  });
