import { mutation, query, v } from "#gen/server";

export const near = query
  .input({ pin: v.geoPoint() })
  .query(({ ctx, args }) => ctx.db.query("spots").withGeoIndex("near", (q) => q.near(args.pin, 1_000)).take(20));

export const named = query
  .input({ name: v.string().max(60) })
  .query(({ ctx, args }) => ctx.db.query("spots").withIndex("by_name", (q) => q.eq("name", args.name)).first());

export const mark = mutation
  .input({ name: v.string().max(60), pin: v.geoPoint(), area: v.string().max(40) })
  .mutation(({ ctx, args }) => ctx.db.spots.insert({ ...args, userId: ctx.auth.userId ?? "" }));
