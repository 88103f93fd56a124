import { LunoraError } from "lunorash/server";
import { internal } from "./_generated/api.js";
import { v } from "./_generated/server.js";
import { memberMutation, memberQuery } from "./lib/procedures.js";

const DAY_MS = 24 * 60 * 60 * 1000;

const wateringView = v.object({ _id: v.id("waterings"), amountMl: v.number(), wateredAt: v.timestamp() });

export const history = memberQuery
  .input({ plantId: v.id("plants"), since: v.timestamp(), cursor: v.string().max(500).nullable() })
  .output(v.object({ page: v.array(wateringView.strip()), continueCursor: v.string().nullable() }).strip())
  .query(({ ctx, args }) =>
    ctx.db
      .query("waterings")
      .withIndex("by_plant_time", (q) => q.eq("plantId", args.plantId).gte("wateredAt", args.since))
      .order("desc")
      .paginate({ numItems: 30, cursor: args.cursor }),
  );

export const totalForPlant = memberQuery
  .input({ plantId: v.id("plants") })
  .output(v.number())
  .query(async ({ ctx, args }) => {
    const total = await ctx.db.waterings.aggregate({ op: "sum", field: "amountMl", where: { plantId: args.plantId } });
    return total ?? 0;
  });

/** Millilitres for every plant of the shard's owner. */
export const totals = memberQuery
  .output(v.array(v.object({ plantId: v.id("plants"), amountMl: v.number() })))
  .query(async ({ ctx }) => {
    const groups = await ctx.db.waterings.groupBy({ by: ["plantId"], agg: { op: "sum", field: "amountMl" } });
    return groups.map((group) => ({ plantId: group.key.plantId, amountMl: group.value ?? 0 }));
  });

export const record = memberMutation
  .input({ plantId: v.id("plants"), amountMl: v.number().int().positive().max(20_000) })
  .output(v.id("waterings"))
  .mutation(async ({ ctx, args }) => {
    const plant = await ctx.db.plants.get(args.plantId);
    if (plant?.userId !== ctx.userId) {
      throw new LunoraError("NOT_FOUND", "No such plant.");
    }
    const nextWateringAt = ctx.now + plant.everyDays * DAY_MS;
    const wateringId = await ctx.db.waterings.insert({
      userId: ctx.userId,
      plantId: plant._id,
      amountMl: args.amountMl,
      wateredAt: ctx.now,
    });
    await ctx.db.plants.patch(plant._id, { nextWateringAt });
    await ctx.db.reminders.patchMany({ where: { plantId: plant._id }, values: { doneAt: ctx.now }, limit: 1000 });
    await ctx.scheduler.runAt(nextWateringAt, internal.reminders.raise, { plantId: plant._id }, { shardKey: ctx.userId });
    ctx.log.info("watering recorded", { wateringId });
    return wateringId;
  });
