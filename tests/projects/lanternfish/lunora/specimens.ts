import { action, mutation, query, v } from "./_generated/server.js";
import { api } from "./_generated/api.js";
import { keeperMutation, keeperQuery } from "./lib/builders";
import type { ActionCtx } from "./_generated/server.js";

export const byTag = query({
  args: { tag: v.string().max(24) },
  handler: (c, { tag }) =>
    c.db
      .query("specimens")
      .withIndex("by_tag", (q) => q.eq("tag", tag))
      .filter((s) => s.status === "alive")
      .first(),
});

export const diary = keeperQuery
  .input({ tankId: v.id("tanks"), text: v.string().max(60) })
  .query(({ ctx, args }) => ctx.db.specimens.withSearchIndex("by_diary", (q) => q.search("diary", args.text).eq("tankId", args.tankId)).take(20));

export const heaviest = keeperQuery
  .input({ tankId: v.id("tanks") })
  .query(({ ctx, args }) => ctx.db.specimens.rankPage("heaviest", { where: { tankId: args.tankId }, take: 5 }));

export const ofSpecies = keeperQuery.input({ latin: v.string().max(80) }).query(async ({ ctx, args }) => {
  const species = await ctx.db.species.findFirst({ where: { latin: args.latin } });
  if (species === null) return [];
  return (await ctx.db.specimens.findMany({ where: { speciesId: species._id }, limit: 100 })).page;
});

export const described = keeperQuery.input({ tankId: v.id("tanks"), word: v.string().min(3).max(30) }).query(({ ctx, args }) =>
  ctx.db
    .query("specimens")
    .withIndex("by_tank_status", (q) => q.eq("tankId", args.tankId))
    .filter((s) => s.diary.includes(args.word))
    .collect(),
);

export const feed = keeperQuery
  .input({ after: v.number(), cursor: v.string().max(400).nullable() })
  .query(({ ctx, args }) =>
    ctx.db.query("specimens").withIndex("by_commit", (q) => q.gt("_commitSeq", args.after)).paginate({ cursor: args.cursor, numItems: 50 }),
  );

export const admit = keeperMutation
  .input({ tankId: v.id("tanks"), latin: v.string().max(80), tag: v.string().max(24), grams: v.number() })
  .mutation(async ({ ctx, args: { latin, ...rest } }) => {
    const known = await ctx.db.species.findFirst({ where: { latin } });
    const speciesId = known?._id ?? (await ctx.db.species.insert({ latin, common: null }));
    return ctx.orm.insert("specimens").values({ ...rest, speciesId, status: "alive", diary: "", bornAt: ctx.now });
  });

const writeOff = keeperMutation.input({ id: v.id("specimens") }).mutation(({ ctx, args }) => ctx.db.specimens.delete(args.id));
export { writeOff as remove };

export const retire = mutation.input({ id: v.id("specimens") }).mutation(async ({ ctx, args }) => {
  await ctx.runMutation(api.specimens.remove, { id: args.id });
});

export const importCsv = action.input({ url: v.string().url().max(500) }).action(async ({ ctx, args }: { ctx: ActionCtx; args: { url: string } }) => {
  const { parse } = await import("./lib/csv");
  const started = Date.now();
  const lines = parse(await (await fetch(args.url)).text());
  while (true) {
    const row = lines.shift();
    if (!row) break;
    await ctx.runMutation(api.specimens.admit, row);
  }
  return { ms: Date.now() - started, batch: crypto.randomUUID() };
});
