import { internalQuery, mutation, query, v } from "./_generated/server";
import type { QueryCtx } from "./_generated/server";
import { isoOf, today } from "./lib/clock";
import { sampledQuery } from "./lib/procs";

async function genreList({ ctx, args }: { ctx: QueryCtx; args: { genre: string } }) {
  const t0 = performance.now();
  const { page } = await ctx.db.shows.findMany({ where: { genre: args.genre }, orderBy: [{ title: "asc" }], limit: 100 });
  ctx.log.debug("genre list", { took: performance.now() - t0 });
  return page;
}

export const byGenre = query.input({ genre: v.string().max(30) }).query(genreList);

export const list = sampledQuery.query(async ({ ctx }) => {
  const rows = await ctx.db.query("shows").collect();
  return rows.map(({ title, slug }) => ({ title, slug }));
});

export const everMade = query.input({ genre: v.string().max(30) }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.shows.findMany({ where: { genre: args.genre }, includeDeleted: true, limit: 50 });
  return page;
});

export const archive = query.input({ directorId: v.id("staffers"), includeDeleted: v.boolean() }).query(async ({ ctx, args }) => {
  const { directorId, includeDeleted } = args;
  return (await ctx.db.shows.findMany({ where: { directorId }, includeDeleted, limit: 50 })).page;
});

export const internalArchive = internalQuery.input({ directorId: v.id("staffers") }).query(async ({ ctx, args }) => {
  return (await ctx.db.shows.findMany({ where: { directorId: args.directorId }, includeDeleted: true, limit: 50 })).page;
});

export const tonight = query.input({ showId: v.id("shows") }).query(async ({ ctx, args }) => {
  const day = Date.parse(today());
  const rows = await ctx.db
    .query("performances")
    .withIndex("by_show_starts", (q) => q.gte("startsAt", day).eq("showId", args.showId))
    .collect();
  return rows.map((p) => ({ id: p._id, at: isoOf(p.startsAt) }));
});

export const next = query.input({ showId: v.id("shows"), from: v.number() }).query(({ ctx, args }) =>
  ctx.db
    .query("performances")
    .withIndex("by_show_starts", (q) => q.eq("showId", args.showId).gte("startsAt", args.from).lt("startsAt", args.from + 604_800_000))
    .filter((p) => p.status === "on_sale")
    .first(),
);

export const announce = mutation
  .input({ title: v.string().max(200), slug: v.string().max(80), directorId: v.id("staffers"), genre: v.string().max(30) })
  .mutation(async ({ ctx, args }) => {
    const showId = await ctx.db.shows.insert(args);
    return showId;
  });
