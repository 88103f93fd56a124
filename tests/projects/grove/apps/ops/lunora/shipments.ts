import { internalMutation, mutation, query, v } from "./_generated/server";
import { crud, guards } from "@grove/kit";

const shipments = crud("shipments");

export const intake = mutation
  .input({ depot: v.string().max(20), orderRef: v.string().max(40), weight: v.number() })
  .mutation(({ ctx, args }) => shipments.create(ctx, { ...args, state: "in" }));

export const recent = query.query(({ ctx }) => shipments.newest(ctx, 40));

export const heavy = query.input({ over: v.number() }).query(({ ctx, args }) =>
  ctx.db
    .query("shipments")
    .withIndex("by_state_weight", (q) => q.eq("state", "in").gt("weight", args.over))
    .collect(),
);

export const one = query.input({ id: v.id("shipments") }).query(async ({ ctx, args }) => guards.must(await ctx.db.get(args.id)));

export const forOrder = query.input({ ref: v.string().max(40) }).query(({ ctx, args }) =>
  ctx.db.query("shipments").filter((s) => s.orderRef === args.ref).first(),
);

export const addStop = internalMutation
  .input({ depot: v.string(), shipmentId: v.id("shipments"), seq: v.number() })
  .mutation(({ ctx, args }) => ctx.db.stops.insert(args));

export const route = query.input({ depot: v.string().max(20), shipmentId: v.id("shipments") }).query(({ ctx, args }) =>
  ctx.db
    .query("stops")
    .withIndex("by_depot_shipment", (q) => q.eq("depot", args.depot).eq("shipmentId", args.shipmentId))
    .collect(),
);

export const close = internalMutation.input({ ref: v.string(), day: v.string() }).mutation(async ({ ctx, args }) => {
  const shipment = await ctx.db
    .query("shipments")
    .withIndex("by_ref", (q) => q.eq("orderRef", args.ref))
    .unique();
  if (!shipment) return;
  await ctx.db.shipments.patch(shipment._id, { state: "done" });
  await ctx.db.tallies.upsert({ target: ["day"], create: { day: args.day, parcels: 1 } });
});
