import { internalQuery, query, v } from "../_generated/server";

const DAY_INDEX = "by_day";
const byCity = "by_city_code" as const;

export const today = query.input({ day: v.number() }).query(async ({ ctx, args }) => {
  return ctx.db
    .query("entries")
    .withIndex(DAY_INDEX, (q) => q.eq("day", args.day))
    .collect();
});

export const latest = query.query(({ ctx }) => ctx.db.query("entries").withIndex(DAY_INDEX).order("desc").take(25));

export const newest = query.query(async ({ ctx }) => ctx.db.query("entries").withIndex("by_day").order("desc").first());

export const pageByDay = query.input({ cursor: v.string().nullable() }).query(async ({ ctx, args }) =>
  ctx.db.query("entries").withIndex("by_day").paginate({ cursor: args.cursor, numItems: 50 }),
);

export const everything = internalQuery.query(async ({ ctx }) => {
  return await ctx.db
    .query("entries")
    .withIndex("by_day")
    .order("desc")
    .collect();
});

export const everythingElse = internalQuery.query(async ({ ctx }) => {
  const rows = await ctx.db.query("entries").withIndex(DAY_INDEX, (q) => q).collect();
  return rows.reduce((sum, row) => sum + row.amount, 0);
});

export const firstN = query.input({ count: v.number() }).query(async ({ ctx, args }) =>
  ctx.db.query("entries").withIndex("by_day").take(args.count),
);

export const atMost = query.input({ count: v.number().int().max(100) }).query(async ({ ctx, args }) =>
  ctx.db.query("entries").withIndex("by_day").take(args.count),
);

export const clamped = query.input({ count: v.number() }).query(async ({ ctx, args }) => {
  const count = Math.min(args.count, 100);
  return await ctx.db.query("entries").withIndex("by_day").take(count);
});

export const someOfKind = query.input({ kind: v.string().max(20) }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("entries")
    .withIndex("by_day")
    .order("desc")
    .filter((entry) => entry.kind === args.kind)
    .take(5);
});

export const recent = query.input({ since: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("entries")
    .withIndex("by_creation_time", (q) => q.gt("_creationTime", args.since))
    .order("desc")
    .collect();
});

export const lastFew = query.query(({ ctx }) => ctx.db.query("entries").withIndex("by_creation_time").order("desc").take(10));

export const total = internalQuery.query(async ({ ctx }) => {
  let sum = 0;
  for await (const entry of ctx.db.query("entries").withIndex("by_day")) sum += entry.amount;
  return sum;
});

export const inCity = query.input({ city: v.string().max(60) }).query(({ ctx, args }) =>
  ctx.db
    .query("branches")
    .withIndex(byCity, (range) => range.eq("city", args.city))
    .collect(),
);

export const codeAnywhere = query.input({ code: v.string().max(8) }).query(async ({ ctx, args }) => {
  return ctx.db.query("branches").withIndex(byCity, (range) => range.eq("code", args.code)).unique();
});
