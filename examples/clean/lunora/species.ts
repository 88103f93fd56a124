import { internalMutation, query, v } from "./_generated/server.js";

const speciesFields = {
  slug: v.string().max(120),
  commonName: v.string().max(120),
  latinName: v.string().max(120),
  family: v.string().max(80),
  wateringEveryDays: v.number().int().min(1),
};

const speciesView = v.object({ _id: v.id("species"), ...speciesFields });

export const search = query
  .input({ term: v.string().min(2).max(60), family: v.optional(v.string().max(80)) })
  .output(v.array(speciesView.strip()))
  .query(({ ctx, args }) =>
    ctx.db.species
      .withSearchIndex("search_common_name", (q) => {
        const found = q.search("commonName", args.term);
        return args.family ? found.eq("family", args.family) : found;
      })
      .take(20),
  );

export const listByFamily = query
  .input({ family: v.string().max(80), cursor: v.optional(v.string().max(500)) })
  .output(v.object({ page: v.array(speciesView.strip()), continueCursor: v.string().nullable() }).strip())
  .query(({ ctx, args }) =>
    ctx.db.species.findMany({
      where: { family: args.family },
      orderBy: [{ commonName: "asc" }],
      limit: 40,
      cursor: args.cursor,
    }),
  );

export const bySlug = query
  .input({ slug: v.string().max(120) })
  .output(speciesView.strip().nullable())
  .query(({ ctx, args }) => ctx.db.species.findFirst({ where: { slug: args.slug } }));

/** Fed from the catalogue dump, in batches of at most a few hundred rows. */
export const importBatch = internalMutation
  .input({ rows: v.array(v.object({ ...speciesFields })).max(400) })
  .output(v.number())
  .mutation(async ({ ctx, args }) => {
    await ctx.db.species.upsertMany({ target: ["slug"], rows: args.rows });
    return args.rows.length;
  });
