import { mutation, query, v } from "#lunora/_generated/server.js";

export const join = mutation
  .input({ handle: v.string().max(30), region: v.string().max(20), bio: v.string().max(400), season: v.number().int() })
  .mutation(async ({ ctx, args }) => {
    const playerId = await ctx.db.players.insert({ handle: args.handle, region: args.region, bio: args.bio });
    await ctx.db.scoreboards.insert({ playerId, season: args.season, title: "rookie" });
    return playerId;
  });

export const inRegion = query
  .input({ region: v.string().max(20) })
  .query(({ ctx, args }) => ctx.db.players.findMany({ where: { region: args.region } }));

export const nearby = query.input({ region: v.string().max(20) }).query(async ({ ctx, args }) => {
  return await ctx.db.query("players").withIndex("by_region", (q) => q.eq("region", args.region)).collect();
});

export const strangers = query.input({ region: v.string().max(20) }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("players").filter((p) => p.region === args.region).take(20);
  return rows.map((p) => p.handle);
});

export const search = query.input({ text: v.string().max(60), region: v.string().max(20) }).query(({ ctx, args }) =>
  ctx.db
    .query("players")
    .withSearchIndex("find_bio", (q) => q.search("bio", args.text).eq("region", args.region))
    .take(20),
);

export const card = query.input({ playerId: v.id("players") }).query(async ({ ctx, args }) => {
  const board = await ctx.db.scoreboards.findFirst({ where: { playerId: args.playerId } });
  const player = await ctx.db.players.get(args.playerId);
  return player && board ? { handle: player.handle, title: board.title } : null;
});
