import { mutation, query, v } from "#lunora/_generated/server";

export const sitesNear = query
  .input({ at: v.geoPoint() })
  .query(({ ctx, args }) => ctx.db.query("sites").withGeoIndex("by_place", (q) => q.near(args.at, 5_000)).take(10));

export const readingsNear = query
  .input({ at: v.geoPoint() })
  .query(({ ctx, args }) => ctx.db.query("posts").withGeoIndex("by_venue", (q) => q.near(args.at, 2_000)).take(20));

export const openSite = mutation.input({ host: v.string().max(200), title: v.string().max(200) }).mutation(async ({ ctx, args }) => {
  await ctx.db.sites.insert(args);
  await ctx.db.banners.insertMany([{ siteRef: args.host, image: "default.png" }]);
});

export const attach = mutation
  .input({ postId: v.id("posts"), key: v.string(), spot: v.string() })
  .mutation(({ ctx, args }) => ctx.db.media.insert({ ...args, takenAt: ctx.now }));

export const mediaOf = query.input({ postId: v.id("posts") }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.media.findMany({ where: { postId: args.postId } });
  return page;
});
