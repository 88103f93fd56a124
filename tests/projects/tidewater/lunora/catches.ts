import { ulid } from "ulid";
import { internalMutation, internalQuery, mutation, query, v } from "#gen/server";
import type { Doc } from "#gen/dataModel";

export const land = mutation
  .input({ logId: v.id("logs"), speciesId: v.id("species"), gearCode: v.string().max(20), grams: v.number() })
  .mutation(async ({ ctx, args }) => {
    const userId = ctx.auth.userId ?? "";
    const [id] = await Promise.all([
      ctx.db.catches.insert({ ...args, userId, kept: false }),
      ctx.db.outbox.insert({ topic: "catch", payload: ulid() }),
    ]);
    return id;
  });

export const ofLog = query.input({ logId: v.id("logs"), userId: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("catches")
    .withIndex("by_user_log", (q) => q.eq("userId", args.userId).eq("logId", args.logId))
    .collect();
  const names = await Promise.all(rows.map((row) => ctx.db.species.get(row.speciesId)));
  return rows.map((row: Doc<"catches">, i) => ({ grams: row.grams, name: names[i]?.common }));
});

export const heavy = query.input({ over: v.number() }).query(({ ctx, args }) =>
  ctx.db
    .query("catches")
    .withIndex("by_kept_grams", (q) => q.eq("kept", true).gt("grams", args.over))
    .collect(),
);

export const logsOf = internalQuery.input({ ids: v.array(v.id("logs")) }).query(async ({ ctx, args }) => {
  const found: Array<Doc<"logs"> | null> = [];
  for (const id of args.ids) found.push(await ctx.db.logs.get(id));
  return found.filter((row) => row !== null);
});

export const withGear = query.input({ gearCode: v.string().max(20) }).query(async ({ ctx, args: { gearCode } }) => {
  const { page } = await ctx.db.catches.findMany({ where: { gearCode }, select: ["grams"], limit: 100 });
  return page.map((row) => row.grams);
});

export const release = internalMutation.input({ id: v.id("catches") }).mutation(async ({ ctx, args }) => {
  await ctx.db.catches.patch(args.id, { kept: false });
});
