import * as g from "./_generated/server";

export const labels = g.query.query(async ({ ctx }) => (await ctx.db.query("shelves").collect()).map((shelf) => shelf.label));

import * as lib from "./lib";

export const one = g.query.input({ id: g.v.string().max(64) }).query(({ ctx, args }) => lib.shelfById(ctx, args.id));

export const jars = g.query.input({ shelfId: g.v.id("shelves") }).query(({ ctx, args }) => lib.jarsOn(ctx, args.shelfId));

export const put = g.mutation
  .input({ shelfId: g.v.id("shelves"), grams: g.v.number() })
  .mutation(async ({ ctx, args }) => lib.addJar(ctx, args.shelfId, args.grams));

export const add = g.mutation
  .input({ label: g.v.string().max(20) })
  .mutation(async ({ ctx, args }) => await ctx.db.insert("shelves", { ...args, größe: "S" }));
