import { v } from "@lunora/server";
import { internalMutation, mutation, query } from "../_generated/server";

export const nearest = query({
  args: { lat: v.number(), lng: v.number() },
  handler: (ctx, point) => ctx.db.query("depots").withGeoIndex("near", (q) => q.near(point, 50_000)).take(3),
});

export const children = query({
  args: { of: v.id("depots").nullable() },
  handler: (ctx, { of }) => ctx.db.query("depots").withIndex("by_parent", (q) => q.eq("parentDepotId", of)).collect(),
});

export const open = mutation({
  args: { code: v.string(), city: v.string(), lat: v.number(), lng: v.number() },
  handler: async (ctx, { lat, lng, ...rest }) =>
    ctx.db.depots.insert({ ...rest, parentDepotId: null, position: { lat, lng } }, { skipDuplicates: true }),
});

export const scan = internalMutation({
  args: { parcelId: v.id("parcels"), depotId: v.id("depots"), kind: v.string() },
  handler: async (ctx, args) => {
    await ctx.db.insert("scans", { ...args, scannedAt: ctx.now });
    const [previous] = await ctx.db
      .query("scans")
      .withIndex("by_parcel", (q) => q.eq("parcelId", args.parcelId).lt("scannedAt", ctx.now))
      .order("desc")
      .take(1);
    if (previous?.depotId !== args.depotId) await ctx.db.patch(args.parcelId, { depotId: args.depotId }, "parcels");
  },
});

export const throughput = internalMutation({
  args: { depotId: v.id("depots") },
  handler: async (ctx, { depotId }) => {
    const scans = await ctx.db.query("scans").withIndex("by_depot", (q) => q.eq("depotId", depotId)).collect();
    return scans.length;
  },
});
