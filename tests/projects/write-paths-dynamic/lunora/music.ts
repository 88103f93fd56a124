import { query, v } from "./_generated/server";

export const artist = query
  .input({ name: v.string().max(100) })
  .query(({ ctx, args }) => ctx.db.artists.findFirst({ where: { name: args.name } }));

export const songsOf = query.input({ artistId: v.id("artists") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("songs")
    .filter(({ artistId }) => artistId === args.artistId)
    .collect();
});

export const albums = query.input({ year: v.number() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.albums.findMany({ where: { year: args.year } });
  return page;
});
