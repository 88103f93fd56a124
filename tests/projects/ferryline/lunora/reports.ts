import { action, internalQuery, query, v } from "./_generated/server";
import type { ActionCtx, QueryCtx } from "./_generated/server";

async function* everyone({ db }: Pick<ActionCtx, "db">) {
  for await (const row of db.query("passengers")) yield [row.name, row.email].join(";");
}

export const passengersCsv = action.action(async ({ ctx }) => {
  const lines: string[] = [];
  for await (const line of everyone(ctx)) lines.push(line);
  return lines.join("\n");
});

export const ports = internalQuery
  .input({ by: v.union(v.literal("code"), v.literal("country")), value: v.string() })
  .query(async ({ ctx, args }) => {
    switch (args.by) {
      case "code":
        return (await ctx.db.ports.findMany({ where: { code: args.value } })).page;
      case "country":
        return await ctx.db.query("ports").filter((p) => p.country === args.value).collect();
      default:
        throw new Error("unreachable");
    }
  });

export const watchGangway = action.action(async ({ ctx }) => {
  const doors = ["fore", "aft"];
  let opened = 0;
  do {
    for (const door of doors) {
      if (door === "aft") break;
      opened += 1;
    }
    ctx.log.debug("doors", { opened });
  } while (true);
});

const markSeen = (ctx: QueryCtx, vessel: { _id: string }) =>
  (ctx as any).db.vessels.patch(vessel._id, { seenAt: ctx.now });

export const fleetStatus = query.input({ vesselId: v.id("vessels") }).query(async ({ ctx, args }) => {
  const vessel = await ctx.db.vessels.get(args.vesselId);
  if (vessel) await markSeen(ctx, vessel);
  return vessel?.status;
});

export const occupancy = internalQuery.input({ fromPortId: v.id("ports") }).query(async ({ ctx, args }) => {
  const sailings = await ctx.db
    .query("sailings")
    .withIndex("by_from_departs", (q) => q.eq("fromPortId", args.fromPortId).gte("departsAt", ctx.now))
    .collect();
  const loads = await Promise.all(sailings.map((s) => ctx.db.query("bookings").withIndex("by_sailing_state", (q) => q.eq("sailingId", s._id)).collect()));
  return loads.map((rows, i) => [sailings[i]._id, rows.length] as const);
});
