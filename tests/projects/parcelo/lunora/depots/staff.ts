import { v } from "@lunora/server";
import { internalMutation, internalQuery, mutation, query } from "../_generated/server";
import type { QueryCtx } from "../_generated/server";

const shift = v.union(v.literal("early"), v.literal("late"));

function* shifts() {
  yield "early" as const;
  yield "late" as const;
}

async function roster(ctx: QueryCtx, depotId: string) {
  const out: Record<string, string[]> = {};
  for (const s of shifts()) {
    const rows = await ctx.db
      .query("couriers")
      .withIndex("by_depot_shift", (q) => q.eq("depotId", depotId).eq("shift", s))
      .collect();
    out[s] = rows.map((r) => r.name);
  }
  return out;
}

export const rosterOf = query({ args: { depotId: v.id("depots") }, handler: (ctx, args) => roster(ctx, args.depotId) });

export const onShift = query({
  args: { depotId: v.id("depots"), shift },
  handler: async ({ db }, args) => {
    const { page } = await db.couriers.findMany({ where: { depotId: args.depotId, shift: args.shift } });
    return page.filter((c) => c.active);
  },
});

export const hire = mutation({
  args: { depotId: v.id("depots"), name: v.string(), phone: v.string(), shift },
  handler: async ({ db }, args) => db.insert("couriers", { ...args, active: true }),
});

export const load = internalQuery({
  args: { depotId: v.id("depots") },
  handler: async (ctx, { depotId }) => {
    const inbound = ctx.db.query("parcels").withIndex("by_depot", (q) => q.eq("depotId", depotId).eq("state", "in_transit"));
    let grams = 0;
    for await (const parcel of inbound) grams += parcel.weightGrams;
    return grams;
  },
});

export const reassign = internalMutation({
  args: { from: v.id("couriers"), to: v.id("couriers") },
  handler: async (ctx, { from, to }) => {
    const open = await ctx.db
      .query("parcels")
      .withIndex("by_courier", (q) => q.eq("courierId", from).eq("state", "collected"))
      .take(200);
    await ctx.db.patchMany(open.map((p) => ({ id: p._id, patch: { courierId: to } })));
  },
});

export const byPhone = internalQuery({
  args: { phone: v.string() },
  handler: async (ctx, args) => {
    return await ctx.db.query("couriers").filter((c) => c.phone === args.phone).first();
  },
});
