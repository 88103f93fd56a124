import { v } from "@lunora/server";
import { query } from "./_generated/server";
import { clamp, newestFirst, pageOf, parcelsOf } from "./lib/reading";
import { securedMutation, securedQuery } from "./lib/secured";
import { quote } from "../shared/pricing";

export const list = securedQuery({
  args: { state: v.optional(v.string()), since: v.optional(v.number()), cursor: v.optional(v.string()) },
  handler: async (ctx, { cursor, ...by }) => pageOf(newestFirst(parcelsOf(ctx, ctx.merchant._id, by)), cursor),
});

export const latest = securedQuery({
  args: { limit: v.optional(v.number()) },
  handler: (ctx, args) => newestFirst(parcelsOf(ctx, ctx.merchant._id, {})).take(clamp(args.limit)),
});

export const track = query({
  args: { code: v.string() },
  handler: async (ctx, { code }) => {
    const parcel = await ctx.db
      .query("parcels")
      .withIndex("by_tracking", (q) => q.eq("trackingCode", code.toUpperCase()))
      .unique();
    if (!parcel) return null;
    const history = await ctx.db
      .query("scans")
      .withIndex("by_parcel", (q) => q.eq("parcelId", parcel._id))
      .collect();
    const delivered = history.filter((s) => s.kind === "delivered").length > 0;
    const { state, weightGrams } = parcel;
    return { state, weightGrams, delivered, steps: history.map((s) => [s.scannedAt, s.kind] as const) };
  },
});

export const searchByCode = securedQuery({
  args: { text: v.string() },
  handler: (ctx, { text }) =>
    ctx.db
      .query("parcels")
      .withSearchIndex("search_tracking", (q) => q.search("trackingCode", text).eq("merchantId", ctx.merchant._id))
      .take(10),
});

export const heavy = securedQuery({
  args: { grams: v.number() },
  handler: async (ctx, { grams }) => {
    const rows = await ctx.db.query("parcels").collect();
    return rows.filter((p) => p.merchantId === ctx.merchant._id && p.weightGrams >= grams);
  },
});

export const create = securedMutation({
  args: { weightGrams: v.number(), zone: v.string(), trackingCode: v.string(), depotId: v.optional(v.id("depots")) },
  handler: async (ctx, { zone, ...parcel }) => {
    const tariffs = await ctx.db
      .query("tariffs")
      .withIndex("by_zone_weight", (q) => q.eq("zone", zone).gte("maxGrams", parcel.weightGrams))
      .take(1);
    return ctx.db.insert("parcels", {
      ...parcel,
      merchantId: ctx.merchant._id,
      state: "created",
      price: quote(tariffs, parcel.weightGrams),
      tagIds: [],
      createdAt: ctx.now,
      updatedAt: ctx.now,
    });
  },
});

export const relabel = securedMutation({
  args: { id: v.id("parcels"), texts: v.array(v.string()).max(8) },
  handler: async (ctx, { id, texts }) => {
    const mine = await ctx.db.query("labels").withIndex("by_merchant", (q) => q.eq("merchantId", ctx.merchant._id)).collect();
    const have = new Map(mine.map((l) => [l.text, l._id]));
    const tagIds = [];
    for (const text of texts) tagIds.push(have.get(text) ?? (await ctx.db.labels.insert({ merchantId: ctx.merchant._id, text })));
    await ctx.db.parcels.patch(id, { tagIds });
  },
});
