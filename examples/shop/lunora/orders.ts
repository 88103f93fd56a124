import { LunoraError } from "lunorash/server";
import { internalMutation, internalQuery, v } from "#lunora/_generated/server.js";
import { shopperMutation, shopperQuery } from "#lunora/lib/procedures.js";

export const list = shopperQuery
  .input({ cursor: v.optional(v.string()), limit: v.optional(v.number().int().positive()) })
  .query(({ ctx, args }) =>
    ctx.db.orders.findMany({
      where: { userId: ctx.shopper.userId },
      orderBy: [{ placedAt: "desc" }],
      limit: Math.min(args.limit ?? 20, 100),
      cursor: args.cursor,
      with: { lines: true },
    }),
  );

export const detail = shopperQuery
  .input({ number: v.string().max(40) })
  .query(({ ctx, args }) =>
    ctx.db.orders.findFirst({
      where: { number: args.number },
      with: { lines: true, address: { select: ["line1", "city", "postalCode", "country"] } },
    }),
  );

export const spent = shopperQuery.query(async ({ ctx }) => {
  const total = await ctx.db.orders.aggregate({ op: "sum", field: "totalCents", where: { status: "shipped" } });
  return total ?? 0;
});

export const place = shopperMutation
  .input({ number: v.string().max(40), addressId: v.id("addresses") })
  .mutation(async ({ ctx, args }) => {
    const { userId } = ctx.shopper;
    const [cart, address] = await Promise.all([
      ctx.db.carts.findFirst({ where: { userId, status: "open" } }),
      ctx.db.addresses.get(args.addressId),
    ]);
    if (!cart || !address) {
      throw new LunoraError("BAD_REQUEST", "Nothing to order.");
    }
    const items = await ctx.db.cartItems.findMany({ where: { cartId: cart._id }, limit: 100 });
    const totalCents = items.page.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
    const orderId = await ctx.db.orders.insert({
      userId,
      number: args.number,
      status: "placed",
      totalCents,
      currency: "EUR",
      addressId: address._id,
      couponCode: cart.couponCode,
      placedAt: ctx.now,
    });
    await ctx.db.orderLines.insertMany(
      items.page.map(({ productId, sku, title, quantity, unitPriceCents }) => ({
        userId,
        orderId,
        productId,
        sku,
        title,
        quantity,
        unitPriceCents,
      })),
    );
    await ctx.db.carts.patch(cart._id, { status: "ordered" });
    return orderId;
  });

export const cancel = shopperMutation
  .input({ orderId: v.id("orders") })
  .mutation(async ({ ctx, args }) => {
    const order = await ctx.db.get(args.orderId);
    if (order?.userId !== ctx.shopper.userId || order.status !== "placed") {
      throw new LunoraError("CONFLICT", "This order can no longer be cancelled.");
    }
    await ctx.db.orders.patch(order._id, { status: "cancelled" });
  });

/** The payment and the shipping provider's webhooks end here. */
export const advance = internalMutation
  .input({ number: v.string(), status: v.union(v.literal("paid"), v.literal("shipped")) })
  .mutation(async ({ ctx, args }) => {
    const order = await ctx.db.orders.findFirstOrThrow({ where: { number: args.number } });
    await ctx.db.orders.patch(order._id, {
      status: args.status,
      ...(args.status === "shipped" ? { shippedAt: ctx.now } : {}),
    });
  });

export const waiting = internalQuery
  .input({ since: v.timestamp() })
  .query(async ({ ctx, args }) => {
    const paid = await ctx.db.orders.findMany({
      where: { status: "paid", placedAt: { gte: args.since } },
      orderBy: [{ placedAt: "asc" }],
      limit: 200,
    });
    return paid.page;
  });

/** Everything that a customer may ask for under data protection law. */
export const dump = internalQuery.query(async ({ ctx }) => {
  const orders = await ctx.db.query("orders").withIndex("by_user_placed").order("desc").collect();
  const addresses = await ctx.db.addresses.findMany();
  return { orders, addresses: addresses.page };
});
