import { internalMutation, internalQuery, mutation, v } from "./_generated/server";
import { creator, everything } from "./data/rows";

export const apply = mutation
  .input({ hiveId: v.id("hives"), product: v.string().max(80), dose: v.number().positive() })
  .mutation(({ ctx, args }) => {
    const create = creator("treatments")(ctx);
    return create(args);
  });

export const all = internalQuery.query(({ ctx }) => everything(ctx, "treatments"));

export const given = internalQuery
  .input({ hiveId: v.id("hives"), product: v.string() })
  .query(({ ctx, args }) => ctx.db.treatments.exists({ hiveId: args.hiveId, product: args.product }));

export const settings = internalQuery.query(async ({ ctx }) => Object.fromEntries((await everything(ctx, "settings")).map((s) => [s.key, s.value])));

export const configure = internalMutation
  .input({ key: v.string(), value: v.any() })
  .mutation(({ ctx, args: { key, value } }) => ctx.db.settings.upsert({ target: ["key"], create: { key, value }, update: { value } }));

export const doseOf = internalQuery.input({ id: v.string() }).query(async ({ ctx, args }) => {
  const row = await (ctx.db as any).get(args.id, "treatment");
  return row?.dose ?? 0;
});

export const adjust = internalMutation.input({ id: v.id("treatments"), dose: v.number() }).mutation(async ({ ctx, args }) => {
  await (ctx.db as any).patch(args.id, { dose: args.dose }, "treatments");
});
