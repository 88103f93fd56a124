import { internalMutation, query, v } from "./_generated/server";
import { SailingRepo } from "#repos";

export const departures = query
  .input({ portId: v.id("ports"), since: v.number() })
  .query(({ ctx, args }) => SailingRepo.for(ctx).departuresFrom(args.portId, args.since));

export const arrivals = query
  .input({ portId: v.id("port") })
  .query(({ ctx, args }) => SailingRepo.for(ctx).arrivalsAt(args.portId as never));

export const cancellations = query
  .input({ vesselId: v.id("vessels") })
  .query(async ({ ctx, args }) => {
    const repo = new SailingRepo(ctx.db);
    return (await repo.cancelledOn(args.vesselId)).map((s) => s._id);
  });

export const nightBoats = query
  .input({ after: v.number() })
  .query(({ ctx: c, args: { after } }) => new SailingRepo(c.db).afterMidnight(after));

export const board = query
  .input({ portId: v.id("ports"), pinned: v.optional(v.id("sailings")) })
  .query(async ({ ctx, args }) => {
    const upcoming = await ctx.db
      .query("sailings")
      .withIndex("by_from_departs", (q) => q.eq("fromPortId", args.portId).gte("departsAt", ctx.now))
      .collect();
    const pinned = args.pinned ? await ctx.db.sailings.get(args.pinned) : null;
    return { upcoming, pinned };
  });

export const vesselForPort = query.input({ code: v.string().max(5) }).query(async ({ ctx, args }) => {
  const port = await ctx.db.ports.findFirst({ where: { code: args.code } });
  if (!port) return [];
  return ctx.db.query("vessels").filter((boat) => port._id === boat.homePortId).collect();
});

export const oneVessel = query.input({ vesselId: v.id("vessels") }).query(async ({ ctx, args }) => {
  const boat = await ctx.db.query("vessels").filter((b) => args.vesselId === b._id).first();
  return boat ?? null;
});

export const biggest = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.vessels.findMany({ where: { status: "active" }, orderBy: [{ capacity: "desc" }], limit: 10 });
  return page;
});

export const schedule = internalMutation
  .input({ vesselId: v.id("vessels"), fromPortId: v.id("ports"), toPortId: v.id("ports"), departsAt: v.number() })
  .mutation(async ({ ctx, args }) => {
    const jitter = Math.floor(Math.random() * 60_000);
    return ctx.db.sailings.insert({ ...args, departsAt: args.departsAt + jitter, status: "planned", seatsLeft: 120 });
  });
