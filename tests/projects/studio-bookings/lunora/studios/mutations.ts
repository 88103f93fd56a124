import { v } from "#lunora/_generated/server";

import { note } from "../lib/audit";
import { authMutation } from "../lib/procs";
import { slug } from "../lib/validators";

export const create = authMutation
  .input({ slug, name: v.string().max(120), city: v.string().max(80) })
  .mutation(async ({ args, ctx }) => {
    const studioId = await ctx.db.studios.insert({ ...args, ownerId: ctx.user._id, status: "draft" });
    await note(ctx, ctx.user._id, "studio.create");
    return studioId;
  });

export const addRoom = authMutation
  .input({ studioId: v.id("studios"), name: v.string().max(80), hourly: v.number().int() })
  .mutation(async ({ args, ctx }) => {
    const roomId = await ctx.db.rooms.insert(args);
    await ctx.db.openingHours.insertMany(
      [1, 2, 3, 4, 5].map((weekday) => ({ roomId, weekday, opens: 9 * 60, closes: 22 * 60 })),
    );
    return roomId;
  });

export const favorite = authMutation.input({ studioId: v.id("studios") }).mutation(async ({ args, ctx }) => {
  const userId = ctx.user._id;
  const row = { userId, studioId: args.studioId };
  await ctx.db.favorites.upsert({ target: ["userId", "studioId"], create: row, update: row });
});

export const addPromo = authMutation
  .input({ code: v.string().max(24), percent: v.number().min(1).max(90) })
  .mutation(async ({ args, ctx }) => ctx.db.promos.insert(args, { skipDuplicates: true }));
