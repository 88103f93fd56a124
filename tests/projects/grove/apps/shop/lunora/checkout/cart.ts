import { mutation, query, v } from "@shop/_generated/server";
import { guards } from "@grove/kit";

const { must } = guards;

export const add = mutation
  .input({ customerId: v.id("customers"), productId: v.id("products"), qty: v.number().int().min(1).max(99) })
  .mutation(async ({ ctx, args }) => {
    const line = await ctx.db
      .query("carts")
      .withIndex("by_customer_product", (q) => q.eq("customerId", args.customerId).eq("productId", args.productId))
      .first();
    if (line) return ctx.db.carts.patch(line._id, { qty: line.qty + args.qty });
    must(await ctx.db.products.get(args.productId), "product");
    return ctx.db.carts.insert(args);
  });

export const lines = query.input({ customerId: v.id("customers") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("carts")
    .withIndex("by_customer_product", (q) => q.eq("customerId", args.customerId))
    .collect();
  return rows.filter((r) => r.qty !== 0).map((r) => ({ productId: r.productId, qty: r.qty }));
});
