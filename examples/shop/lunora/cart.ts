import { LunoraError } from "lunorash/server";
import { internalMutation, v, type MutationCtx } from "#lunora/_generated/server.js";
import { shopperMutation, shopperQuery } from "#lunora/lib/procedures.js";

async function openCart(ctx: MutationCtx, userId: string) {
  const cart = await ctx.db.carts.findFirst({ where: { userId, status: "open" } });
  return cart?._id ?? (await ctx.db.carts.insert({ userId, status: "open", touchedAt: ctx.now }));
}

export const current = shopperQuery.query(async ({ ctx }) => {
  const cart = await ctx.db.carts.findFirst({ where: { userId: ctx.shopper.userId, status: "open" } });
  if (!cart) {
    return null;
  }
  const items = await ctx.db.cartItems.findMany({ where: { cartId: cart._id }, limit: 100 });
  const products = await Promise.all(items.page.map((item) => ctx.db.products.get(item.productId)));
  return {
    cart,
    items: items.page.map((item, i) => ({ ...item, priceChanged: products[i]?.priceCents !== item.unitPriceCents })),
  };
});

export const add = shopperMutation
  .input({ sku: v.string().max(40), quantity: v.number().int().positive().max(99) })
  .mutation(async ({ ctx, args }) => {
    const product = await ctx.db.products.findFirst({ where: { sku: args.sku } });
    if (product?.status !== "live") {
      throw new LunoraError("NOT_FOUND", "This product is not for sale.");
    }
    const cartId = await openCart(ctx, ctx.shopper.userId);
    await ctx.db.cartItems.upsert({
      target: ["cartId", "productId"],
      create: {
        userId: ctx.shopper.userId,
        cartId,
        productId: product._id,
        sku: product.sku,
        title: product.title,
        quantity: args.quantity,
        unitPriceCents: product.priceCents,
      },
      update: { quantity: args.quantity, unitPriceCents: product.priceCents },
    });
    await ctx.db.carts.patch(cartId, { touchedAt: ctx.now });
  });

export const remove = shopperMutation
  .input({ productId: v.id("products") })
  .mutation(async ({ ctx, args }) => {
    const cartId = await openCart(ctx, ctx.shopper.userId);
    await ctx.db.cartItems.deleteMany({ where: { cartId, productId: args.productId } });
  });

export const applyCoupon = shopperMutation
  .input({ code: v.string().min(4).max(40) })
  .mutation(async ({ ctx, args }) => {
    const coupon = await ctx.db.query("coupons").withIndex("by_code", (q) => q.eq("code", args.code)).unique();
    if (!coupon || coupon.endsAt < ctx.now || coupon.usesLeft === 0) {
      throw new LunoraError("BAD_REQUEST", "This coupon is no longer valid.");
    }
    const cartId = await openCart(ctx, ctx.shopper.userId);
    await ctx.db.carts.patch(cartId, { couponCode: coupon.code });
    await ctx.db.coupons.patch(coupon._id, { usesLeft: coupon.usesLeft - 1 });
  });

/** Called by the storefront worker on a customer's shard once nobody has come back for a month. */
export const sweep = internalMutation
  .input({ userId: v.string(), before: v.timestamp() })
  .mutation(async ({ ctx, args }) => {
    const cart = await ctx.db.carts.findFirst({ where: { userId: args.userId, status: "open" } });
    if (cart && cart.touchedAt < args.before) {
      await ctx.db.carts.patch(cart._id, { status: "abandoned" });
    }
    await ctx.db.deleteWhere("carts", { status: "ordered" });
  });
