import { authQuery } from "#lunora/lib/procs";
import { query, v } from "#lunora/_generated/server";

import { listArgs, slug } from "../lib/validators";
import { findStudio, hoursOn, openAnywhere, openIn, roomsOf } from "./helpers";

const cityArg = { city: v.optional(v.string().max(80)) };

export const browse = query.input({ ...listArgs, ...cityArg }).query(async ({ args, ctx }) => {
  const found = args.city ? await openIn(ctx, args.city, args.limit) : await openAnywhere(ctx);
  return found.page.map(({ name, rating, slug: path }) => ({ name, path, rating }));
});

export const detail = query.input({ slug }).query(async ({ args, ctx }) => {
  const studio = await findStudio(ctx, { slug: args.slug });
  return studio && { ...studio, rooms: await roomsOf(ctx, studio._id) };
});

export const mine = authQuery.query(async ({ args: _args, ctx }) => {
  const { page } = await ctx.db.studios.findMany({ where: { ownerId: ctx.user._id }, limit: 20 });
  return page;
});

export const hours = query
  .input({ roomId: v.id("rooms"), weekday: v.number().int() })
  .query(({ args, ctx }) => hoursOn(ctx, args.roomId, args.weekday));
