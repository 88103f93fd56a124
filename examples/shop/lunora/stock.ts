import { internalQuery, v } from "#lunora/_generated/server.js";
import { staffMutation, staffQuery } from "#lunora/lib/procedures.js";

export const onHand = internalQuery
  .input({ productId: v.id("products") })
  .query(async ({ ctx, args }) => {
    const sum = await ctx.db.stockMovements.aggregate({ op: "sum", field: "delta", where: { productId: args.productId } });
    return sum ?? 0;
  });

export const overview = staffQuery.query(async ({ ctx }) => {
  const groups = await ctx.db.stockMovements.groupBy({ by: ["productId"], agg: { op: "sum", field: "delta" } });
  return groups.map((group) => ({ productId: group.key.productId, onHand: group.value ?? 0 }));
});

export const history = staffQuery
  .input({ productId: v.id("products"), since: v.timestamp() })
  .query(({ ctx, args }) =>
    ctx.db
      .query("stockMovements")
      .withIndex("by_product_at", (q) => q.eq("productId", args.productId).gte("at", args.since))
      .order("desc")
      .take(200),
  );

export const book = staffMutation
  .input({
    productId: v.id("products"),
    delta: v.number().int(),
    reason: v.union(v.literal("delivery"), v.literal("loss"), v.literal("count")),
  })
  .mutation(({ ctx, args }) => ctx.db.stockMovements.insert({ ...args, at: ctx.now }));
