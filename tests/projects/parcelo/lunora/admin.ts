import { v } from "@lunora/server";
import { internalAction, internalMutation, internalQuery } from "./_generated/server";

const TARIFFS = [
  { zone: "eu1", maxGrams: 2000, price: 490 },
  { zone: "eu1", maxGrams: 10000, price: 990 },
  { zone: "eu2", maxGrams: 2000, price: 1290 },
];

export const seedTariffs = internalMutation({
  args: {},
  handler: async (ctx) => {
    for (const zone of new Set(TARIFFS.map((t) => t.zone))) {
      if (await ctx.db.tariffs.exists({ zone })) continue;
      await ctx.db.tariffs.insertMany(TARIFFS.filter((t) => t.zone === zone));
    }
  },
});

export const importHolidays = internalAction({
  args: { country: v.string(), dates: v.array(v.string()) },
  handler: async (ctx, { country, dates }) => {
    await ctx.db.holidays.upsertMany({ target: ["country", "date"], rows: dates.map((date) => ({ country, date })) });
  },
});

export const isHoliday = internalQuery({
  args: { country: v.string(), date: v.string() },
  handler: (ctx, args) => ctx.db.holidays.exists({ country: args.country, date: args.date }),
});

export const newMerchants = internalQuery({
  args: { since: v.number() },
  handler: async (ctx, { since }) => {
    const rows = await ctx.db.query("merchants").withIndex("by_created", (q) => q.gt("createdAt", since)).collect();
    return rows.map((m) => m.name);
  },
});

export const signUp = internalMutation({
  args: { name: v.string(), ownerUserId: v.string(), apiKeyHash: v.string() },
  handler: (ctx, args) => ctx.db.merchants.insert({ ...args, createdAt: ctx.now, updatedAt: ctx.now }),
});

// kept until the old dashboard is gone
const legacyOverview = internalQuery({
  args: {},
  handler: async (ctx) => {
    const parcels = await ctx.db.query("parcels").collect();
    const couriers = await ctx.db.query("couriers").filter((c) => c.phone !== "").collect();
    return { parcels: parcels.length, couriers: couriers.length };
  },
});

export async function dumpScans(ctx: any) {
  return ctx.db.query("scans").collect();
}
