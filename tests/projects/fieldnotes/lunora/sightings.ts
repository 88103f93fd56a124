import { internalMutation, mutation, query, v } from "./_generated/server";

export const report = mutation
  .input({ siteId: v.id("sites"), handle: v.string().max(30), species: v.string().max(60), count: v.number().int(), floor: v.number().int() })
  .mutation(async ({ ctx, args: { handle, ...rest } }) => {
    const me = await ctx.db.observers.findFirstOrThrow({ where: { handle } });
    await ctx.db.sightings.insert({ ...rest, observerId: me._id, observerHandle: handle, expires: "never" });
  });

export const search = query
  .input({ text: v.string().max(60) })
  .query(({ ctx, args }) => ctx.db.query("sightings").withSearchIndex("find_species", (q) => q.search("species", args.text)).take(20));

export const top = query.query(({ ctx }) => ctx.db.sightings.rankPage("top", { take: 10 }));

export const tops = query.query(async ({ ctx }) => {
  return await ctx.db.sightings.rankPage("tops", { take: 10 });
});

export const perSpecies = query.query(async ({ ctx }) => {
  return await ctx.db.sightings.groupBy({ by: ["specie"] });
});

export const newest = query.input({ siteId: v.id("sites") }).query(({ ctx, args }) =>
  ctx.db
    .query("sightings")
    .withIndex("by_site_seen", (q) => q.eq("siteId", args.siteId))
    .order("desc")
    .first(),
);

export const firstEver = query.query(({ ctx }) => ctx.db.query("sightings").withIndex("by_site_seen").order("desc").first());

export const surplus = query.input({ siteId: v.id("sites") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("sightings")
    .withIndex("by_site_seen", (q) => q.eq("siteId", args.siteId))
    .filter((s) => s.count > s.floor)
    .collect();
});

export const mine = query.input({ handle: v.string().max(30) }).query(async ({ ctx, args }) => {
  const me = await ctx.db.observers.findFirst({ where: { handle: args.handle } });
  if (!me) return [];
  return await ctx.db.query("sightings").filter((s) => me._id === s.observerId).collect();
});

export const byObserver = query
  .input({ observerId: v.id("observers") })
  .query(({ ctx, args }) => ctx.db.query("sightings").withIndex("by_observer", (q) => q.eq("observerId", args.observerId)).collect());

export const single = query.input({ id: v.id("sightings") }).query(async ({ ctx, args }) => {
  return await ctx.db.query("sightings").filter(({ _id }) => _id === args.id).first();
});

export const totals = query.input({ species: v.string().max(60) }).query(async ({ ctx, args }) => {
  let total = 0;
  const rows = await ctx.db.query("sightings").collect();
  for (const row of rows) if (row.species === args.species) total += row.count;
  return total;
});

export const shout = query.input({ text: v.string().max(60) }).query(async ({ ctx, args }) => {
  return await ctx.db.query("sightings").filter((s) => s.species.includes(args.text)).collect();
});

export const purge = internalMutation.input({ species: v.string().max(60) }).mutation(async ({ ctx, args }) => {
  await ctx.db.deleteWhere("sightings", { species: args.species });
});

export const beaconsFor = query
  .input({ species: v.string().max(60) })
  .query(({ ctx, args }) => ctx.db.query("beacons").withIndex("by_species", (q) => q.eq("species", args.species)).take(50));
