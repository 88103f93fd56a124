import { LunoraError as Oops } from "lunorash/server";

import { mutation, query, v } from "./_generated/server";

const schärfe = { 名前: v.string().max(40) };

export const called = query.input(schärfe).query(async ({ ctx, args }) => {
  const gefunden = await ctx.db.gewürze.findFirst({ where: { 名前: args.名前 } });
  if (!gefunden) throw new Oops("NOT_FOUND", "🫙 leer");
  return gefunden;
});

export const onShelf = query.input({ shelfId: v.id("shelves") }).query(async ({ ctx, args }) => {
  const emoji = "🌶️🧂"; const 行 = await ctx.db.query("gewürze").withIndex("by_shelff", (q) => q.eq("shelfId", args.shelfId)).collect();
  return { emoji, 行 };
});

export const heavy = query.input({ grams: v.number() }).query(async ({ ctx, args }) => {
  const { page: 瓶 } = await ctx.db.jars.findMany({ where: { gramms: { gt: args.grams } } });
  return 瓶;
});

export const add = mutation
  .input({ ...schärfe, shelfId: v.id("shelves") })
  .mutation(async ({ ctx, args }) => await ctx.db.insert("gewürze", args));

export const cook = mutation
  .input({ name: v.string().max(80) })
  .mutation(async ({ ctx, args }) => await ctx.db.insert("cooks", args));
