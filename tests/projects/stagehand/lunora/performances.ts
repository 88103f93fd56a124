import { internalMutation, internalQuery, query, v } from "./_generated/server";
import { internal } from "./_generated/api";

export const calendar = query.query(({ ctx }) => ctx.db.query("performances").withIndex("by_starts").collect());

export const onSale = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("performances").withIndex("by_status", (q) => q.eq("status", "on_sale")).collect();
  return rows.sort((a, b) => b.startsAt - a.startsAt);
});

export const firstThirty = query.query(({ ctx }) => ctx.db.query("performances").withIndex("by_starts").order("desc").take(30));

export const withCues = internalQuery.input({ showId: v.id("shows") }).query(async ({ ctx, args }) => {
  const performances = await ctx.db
    .query("performances")
    .withIndex("by_show_starts", (q) => q.eq("showId", args.showId))
    .take(80);
  const out: Record<string, number> = {};
  for (const p of performances) out[p._id] = (await ctx.db.query("cues").withIndex("by_performance_num", (q) => q.eq("performanceId", p._id)).collect()).length;
  return out;
});

export const venueNames = internalQuery.input({ status: v.string() }).query(async ({ ctx, args: { status } }) => {
  const rows = (await ctx.db.performances.findMany({ where: { status }, limit: 60 })).page;
  return Promise.all(rows.map(async (p) => (await ctx.db.venues.get(p.venueId))?.city));
});

export const plan = internalMutation
  .input({ showId: v.id("shows"), startsAt: v.number(), venueId: v.id("venues") })
  .mutation(async ({ ctx, args }) => {
    const id = await ctx.db.performances.insert({ ...args, status: "planned" });
    await ctx.scheduler.runAt(args.startsAt, internal.performances.opened, { id });
    return id;
  });

export const opened = internalMutation.input({ id: v.id("performances") }).mutation(async ({ ctx, args }) => {
  await ctx.db.performances.patch(args.id, { status: "running" });
});

export const relight = internalMutation.input({ performanceId: v.id("performances"), num: v.number(), light: v.string() }).mutation(async ({ ctx, args }) => {
  const cue = await ctx.db.cues.findFirst({ where: { performanceId: args.performanceId, num: args.num } });
  if (cue) await ctx.db.cues.patch(cue._id, { light: args.light });
});

export const cityVenues = query.input({ city: v.string().max(60) }).query(({ ctx, args }) =>
  ctx.db.query("venues").filter((place) => place.city === args.city).collect(),
);

export const addVenue = internalMutation
  .input({ slug: v.string(), city: v.string() })
  .mutation(({ ctx, args }) => ctx.db.venues.upsert({ target: ["slug"], create: args, update: { city: args.city } }));
