import { internalMutation, query, v } from "#gen/server";

const LATIN = v.string().max(80);

export const one = query.input({ latin: LATIN }).query(({ ctx, args }) => ctx.db.species.findUnique({ where: { latin: args.latin } }));

export const guarded = query.query(({ ctx }) => ctx.db.query("species").filter((s) => s.protected === true).collect());

export const tide = query.input({ station: v.string().max(20), from: v.number() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.tides.findMany({ where: { station: args.station, at: { gte: args.from } }, orderBy: [{ at: "asc" }], limit: 48 });
  return page;
});

export const load = internalMutation.input({ latin: LATIN, common: v.string(), station: v.string() }).mutation(async ({ ctx, args }) => {
  await ctx.db.species.upsert({ target: ["latin"], create: { latin: args.latin, common: args.common, protected: false } });
  await ctx.db.census.insert({} as never);
  await ctx.db.survey.insert({ place: args.station } as never);
  await ctx.db.tides.insert({ station: args.station, at: ctx.now, height: 0 });
});

export const licence = internalMutation
  .input({ number: v.string(), userId: v.string() })
  .mutation(({ ctx, args }) => ctx.db.licences.insert(args));
