import { internalMutation, mutation, query, v } from "#lunora/_generated/server.js";

export const found = mutation
  .input({ title: v.string().max(60), ownerId: v.id("players") })
  .mutation(({ ctx, args }) => ctx.db.leagues.insert({ title: args.title, ownerId: args.ownerId }));

export const roster = query.input({ region: v.string().max(20) }).query(async ({ ctx, args }) => {
  const { page: players } = await ctx.db.players.findMany({ where: { region: args.region }, limit: 200 });
  return await Promise.all(players.map((p) => ctx.db.leagues.findMany({ where: { ownerId: p._id } })));
});

export const owners = query.input({ leagueIds: v.array(v.id("leagues")).max(40) }).query(async ({ ctx, args }) => {
  const names: string[] = [];
  for (const id of args.leagueIds) names.push((await ctx.db.leagues.get(id))?.title ?? "");
  return names;
});

export const titled = query.input({ title: v.string().max(60) }).query(async ({ ctx, args }) => {
  return await ctx.db.leagues.findFirst({ where: { title: args.title } });
});

export const annals = internalMutation
  .input({ season: v.number().int(), headline: v.string().max(200) })
  .mutation(async ({ ctx, args }) => {
    const old = await ctx.db.chronicles.findFirst({ where: { season: args.season } });
    if (old) return old._id;
    return await ctx.db.chronicles.insert({ season: args.season, headline: args.headline });
  });

export const measure = internalMutation
  .input({ siteId: v.string().max(40), reading: v.number() })
  .mutation(({ ctx, args }) => ctx.db.meters.insert(args));
