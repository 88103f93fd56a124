import { credential } from "firebase-admin/app";
import type { Firestore } from "firebase-admin/firestore";
import { v } from "./_generated/server";
import { inside, reader, writer } from "./lib/base";

export type OldStore = Firestore;

export const applicationDefault = () => credential.applicationDefault();

export const ensure = writer.input({ label: v.string().max(30), colour: v.string().max(9) }).mutation(async ({ ctx, args }) => {
  const { page } = await ctx.db.tags.findMany({ where: { label: args.label }, limit: 1 });
  return page[0]?._id ?? (await ctx.db.tags.insert(args));
});

export const palette = reader.query(async ({ ctx }) => {
  return await ctx.db.tags.findMany();
});

export const some = reader.input({ n: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("tags").take(args.n);
});

export const few = reader.input({ n: v.number().max(100) }).query(({ ctx, args }) => ctx.db.query("tags").take(args.n));

export const recolour = inside.mutation
  .input({ tagIds: v.array(v.id("tags")).max(100), colour: v.string().max(9) })
  .mutation(async ({ ctx, args }) => {
    for (const tagId of args.tagIds) await ctx.db.tags.patch(tagId, { colour: args.colour });
  });
