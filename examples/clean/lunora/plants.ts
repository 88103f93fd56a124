import { LunoraError } from "lunorash/server";
import { internal } from "./_generated/api.js";
import { v } from "./_generated/server.js";
import { memberMutation, memberQuery } from "./lib/procedures.js";

const DAY_MS = 24 * 60 * 60 * 1000;

const speciesView = v.object({ _id: v.id("species"), commonName: v.string(), latinName: v.string() });

const plantView = v.object({
  _id: v.id("plants"),
  gardenId: v.id("gardens"),
  nickname: v.string(),
  nextWateringAt: v.timestamp(),
  lastWateredAt: v.optional(v.timestamp()),
});

export const listByGarden = memberQuery
  .input({ gardenId: v.id("gardens"), cursor: v.optional(v.string().max(500)) })
  .output(
    v.object({
      page: v.array(v.object({ _id: v.id("plants"), nickname: v.string(), nextWateringAt: v.timestamp(), species: speciesView.strip() }).strip()),
      continueCursor: v.string().nullable(),
    }).strip(),
  )
  .query(({ ctx, args }) =>
    ctx.db.plants.findMany({
      where: { gardenId: args.gardenId },
      orderBy: [{ nickname: "asc" }],
      limit: 60,
      cursor: args.cursor,
      with: { species: { select: ["commonName", "latinName"] } },
    }),
  );

/** What needs water until the given moment, the driest first. */
export const due = memberQuery
  .input({ until: v.timestamp() })
  .output(v.array(plantView.strip()))
  .query(({ ctx, args }) =>
    ctx.db
      .query("plants")
      .withIndex("by_next_watering", (q) => q.lte("nextWateringAt", args.until))
      .order("asc")
      .take(50),
  );

/** How many plants of one kind somebody keeps. */
export const countOfSpecies = memberQuery
  .input({ speciesId: v.id("species") })
  .output(v.number())
  .query(({ ctx, args }) => ctx.db.plants.count({ speciesId: args.speciesId }));

export const add = memberMutation
  .input({ gardenId: v.id("gardens"), slug: v.string().max(120), nickname: v.string().min(1).max(80) })
  .output(v.id("plants"))
  .mutation(async ({ ctx, args }) => {
    const garden = await ctx.db.gardens.get(args.gardenId);
    if (garden?.userId !== ctx.userId) {
      throw new LunoraError("NOT_FOUND", "No such garden.");
    }
    const species = await ctx.db.species.findFirstOrThrow({ where: { slug: args.slug } });
    const nextWateringAt = ctx.now + species.wateringEveryDays * DAY_MS;
    const plantId = await ctx.db.plants.insert({
      userId: ctx.userId,
      gardenId: garden._id,
      speciesId: species._id,
      nickname: args.nickname,
      everyDays: species.wateringEveryDays,
      nextWateringAt,
    });
    await ctx.scheduler.runAt(nextWateringAt, internal.reminders.raise, { plantId }, { shardKey: ctx.userId });
    ctx.log.info("plant added", { plantId });
    return plantId;
  });

export const discard = memberMutation
  .input({ plantId: v.id("plants") })
  .output(v.null())
  .mutation(async ({ ctx, args }) => {
    const plant = await ctx.db.plants.get(args.plantId);
    if (plant?.userId !== ctx.userId) {
      throw new LunoraError("NOT_FOUND", "No such plant.");
    }
    await ctx.db.plants.delete(plant._id);
    ctx.log.info("plant discarded", { plantId: plant._id });
    return null;
  });
