import { internalMutation, v, type Doc } from "#lunora/_generated/server.js";
import { staffQuery } from "#lunora/lib/procedures.js";

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

export const record = internalMutation
  .input({
    orderNumber: v.string(),
    lines: v
      .array(v.object({ productId: v.id("products"), quantity: v.number().int(), unitPriceCents: v.number().int() }))
      .max(200),
  })
  .mutation(async ({ ctx, args }) => {
    const ids = args.lines.map((line) => line.productId);
    const stats = await ctx.db.productStats.findMany({ where: { productId: { in: ids } }, limit: 200 });
    const statsOf = new Map(stats.page.map((row) => [row.productId, row]));
    const totals = new Map<Doc<"productStats">["categoryId"], { units: number; revenueCents: number }>();

    for (const line of args.lines) {
      const row = statsOf.get(line.productId);
      if (!row) {
        continue;
      }
      const revenueCents = line.quantity * line.unitPriceCents;
      const total = totals.get(row.categoryId) ?? { units: 0, revenueCents: 0 };
      totals.set(row.categoryId, { units: total.units + line.quantity, revenueCents: total.revenueCents + revenueCents });
      await ctx.db.productStats.patch(row._id, {
        unitsSold: row.unitsSold + line.quantity,
        revenueCents: row.revenueCents + revenueCents,
      });
      await ctx.db.stockMovements.insert({
        productId: line.productId,
        delta: -line.quantity,
        reason: "sale",
        orderNumber: args.orderNumber,
        at: ctx.now,
      });
    }

    const day = dayOf(ctx.now);
    const today = await ctx.db.dailySales.findMany({ where: { day }, limit: 500 });
    const todayOf = new Map(today.page.map((row) => [row.categoryId, row]));
    for (const [categoryId, total] of totals) {
      const row = todayOf.get(categoryId);
      if (row) {
        await ctx.db.dailySales.patch(row._id, {
          units: row.units + total.units,
          revenueCents: row.revenueCents + total.revenueCents,
        });
      } else {
        await ctx.db.dailySales.insert({ day, categoryId, ...total });
      }
    }
  });

export const ofCategory = staffQuery
  .input({ categoryId: v.id("categories"), from: v.string().length(10), to: v.string().length(10) })
  .query(({ ctx, args }) =>
    ctx.db
      .query("dailySales")
      .withIndex("by_category_day", (q) => q.eq("categoryId", args.categoryId).gte("day", args.from).lte("day", args.to))
      .collect(),
  );

export const ofDay = staffQuery
  .input({ day: v.string().length(10) })
  .query(({ ctx, args }) => ctx.db.dailySales.groupBy({ by: ["categoryId"], agg: { op: "sum", field: "revenueCents" }, where: { day: args.day } }));
