import { internalMutation, v } from "./_generated/server.js";
import { memberQuery } from "./lib/procedures.js";

const reminderView = v.object({
  _id: v.id("reminders"),
  dueAt: v.timestamp(),
  plant: v.object({ _id: v.id("plants"), nickname: v.string() }).strip(),
});

export const open = memberQuery.output(v.array(reminderView.strip())).query(async ({ ctx }) => {
  const reminders = await ctx.db.reminders.findMany({
    where: { doneAt: null },
    orderBy: [{ dueAt: "asc" }],
    limit: 30,
    with: { plant: { select: ["nickname"] } },
  });
  return reminders.page;
});

/** Scheduled on the owner's shard for the moment at which the plant gets dry. */
export const raise = internalMutation
  .input({ plantId: v.id("plants") })
  .output(v.null())
  .mutation(async ({ ctx, args }) => {
    const plant = await ctx.db.plants.get(args.plantId);
    if (plant && plant.nextWateringAt <= ctx.now) {
      await ctx.db.reminders.upsert({
        target: ["plantId", "dueAt"],
        create: { userId: plant.userId, plantId: plant._id, dueAt: plant.nextWateringAt },
        update: { doneAt: null },
      });
    }
    return null;
  });
