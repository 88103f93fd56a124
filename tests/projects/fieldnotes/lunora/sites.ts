import { mutation, query, v } from "./_generated/server";
import { batches } from "./lib/store";

const point = { lat: v.number(), lng: v.number() };

export const addAll = mutation
  .input({ names: v.array(v.string().max(60)).max(100), region: v.string().max(30), ...point })
  .mutation(async ({ ctx, args: { names, region, lat, lng } }) => {
    const rows = names.map((name, i) => ({ name, code: `${region}-${i}`, region, location: { lat, lng } }));
    for (const part of batches(rows, 25)) {
      await ctx.db.insertMany("sites", part);
    }
  });

export const addTrack = mutation
  .input({ siteCode: v.string().max(30), lengthM: v.number(), centre: v.string().max(40), altitude: v.number() })
  .mutation(({ ctx, args }) => ctx.db.tracks.insert(args));

export const near = query
  .input(point)
  .query(({ ctx, args }) => ctx.db.query("sites").withGeoIndex("near", (q) => q.near(args, 500)).take(20));

export const campsNear = query
  .input(point)
  .query(({ ctx, args }) => ctx.db.sites.withGeoIndex("camps", (q) => q.near(args, 2_000)).take(20));

export const tracksAround = query
  .input(point)
  .query(({ ctx, args }) => ctx.db.query("tracks").withGeoIndex("around", (q) => q.near(args, 2_000)).take(20));

export const inRegion = query
  .input({ region: v.string().max(30) })
  .query(({ ctx, args }) => ctx.db.query("sites").withIndex("by_region", (q) => q.eq("region", args.region)).collect());

export const tracksOf = query
  .input({ siteCode: v.string().max(30) })
  .query(({ ctx, args }) => ctx.db.tracks.findMany({ where: { siteCode: args.siteCode } }));

export const resolve = query.input({ siteId: v.id("sites") }).query(async ({ ctx, args }) => {
  return await (ctx.db as any).get(args.siteId, "siets");
});

export const countIn = query.input({ region: v.string().max(30) }).query(({ ctx, args }) => ctx.db.sites.count({ region: args.region }));

export const called = query.input({ name: v.string().max(60) }).query(async ({ ctx, args }) => {
  return await ctx.db.sites.count({ name: args.name });
});
