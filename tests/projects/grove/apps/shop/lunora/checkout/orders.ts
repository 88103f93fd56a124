import { internalMutation, mutation, query, v } from "@shop/_generated/server";
import type { Doc } from "@shop/_generated/dataModel";

const oldestFirst = (a: Doc<"orders">, b: Doc<"orders">) => a.placedAt - b.placedAt;

export const place = mutation.input({ customerId: v.id("customers") }).mutation(async ({ ctx, args }) => {
  const cart = await ctx.db
    .query("carts")
    .withIndex("by_customer_product", (q) => q.eq("customerId", args.customerId))
    .collect();
  const prices = await Promise.all(cart.map((line) => ctx.db.products.get(line.productId)));
  const totalCents = cart.reduce((sum, line, i) => sum + line.qty * (prices[i]?.priceCents ?? 0), 0);
  for (const line of cart) await ctx.db.carts.delete(line._id);
  return ctx.db.orders.insert({ customerId: args.customerId, state: "open", placedAt: ctx.now, totalCents });
});

export const history = query.input({ customerId: v.id("customers") }).query(({ ctx, args }) =>
  ctx.db
    .query("orders")
    .withIndex("by_customer", (q) => q.eq("customerId", args.customerId))
    .order("desc")
    .take(50),
);

export const since = query.input({ customerId: v.id("customers"), from: v.number() }).query(({ ctx, args }) =>
  ctx.db
    .query("orders")
    .withIndex("by_customer_placed", (q) => q.eq("customerId", args.customerId).gte("placedAt", args.from))
    .collect(),
);

export const toShip = query.query(async ({ ctx }) => {
  const paid = await ctx.db
    .query("orders")
    .withIndex("by_state", (q) => q.eq("state", "paid"))
    .collect();
  return paid.toSorted((a, b) => a.placedAt - b.placedAt);
});

export const firstHundred = query.query(async ({ ctx }) => {
  const open = await ctx.db
    .query("orders")
    .withIndex("by_state", (q) => q.eq("state", "open"))
    .take(100);
  return open.sort(oldestFirst);
});

export const markShipped = internalMutation.input({ orderId: v.id("orders") }).mutation(async ({ ctx, args }) => {
  await ctx.db.orders.patch(args.orderId, { state: "shipped" });
});
