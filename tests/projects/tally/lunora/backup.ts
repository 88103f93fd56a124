import { v } from "./_generated/server";
import { inside, writer } from "./lib/base";

export const dump = inside.query.input({ table: v.string().max(40) }).query(async ({ ctx, args }) => {
  return await ctx.db.query(args.table as never).collect();
});

export const load = inside.mutation
  .input({ table: v.string().max(40), rows: v.array(v.any()).max(500) })
  .mutation(async ({ ctx, args }) => {
    for (const row of args.rows) {
      await ctx.db.insert(args.table as never, row);
    }
  });

export const freeze = inside.mutation.input({ key: v.string().max(40) }).mutation(async ({ ctx, args }) => {
  const old = await ctx.db.snapshots.findFirst({ where: { key: args.key } });
  return old?._id ?? (await ctx.db.snapshots.insert({ key: args.key }));
});

export const beat = writer
  .input({ deviceId: v.string().max(40), beat: v.number() })
  .mutation(({ ctx, args }) => ctx.db.pulses.insert(args));
