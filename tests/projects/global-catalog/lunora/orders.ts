import { LunoraError } from "lunorash/server";

import { mutation, query, v } from "./_generated/server";
import { couponByCode, oneBy } from "./lib/catalog";

export const list = query.input({ status: v.string().max(20) }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("orders")
    .withIndex("by_status", (q) => q.eq("status", args.status))
    .order("desc")
    .paginate({ numItems: 20 });
});

export const large = query.input({ above: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("orders")
    .filter((order) => order.total > args.above)
    .collect();
});

export const cart = query.query(async ({ ctx }) => await ctx.db.query("carts").collect());

export const inCart = query.input({ productId: v.id("products") }).query(async ({ ctx, args }) => {
  const row = await ctx.db.carts.findFirst({ where: { userId: ctx.auth.userId!, productId: args.productId } });
  return row?.quantity ?? 0;
});

export const putInCart = mutation
  .input({ productId: v.id("products"), quantity: v.number().int().min(1).max(99) })
  .mutation(async ({ ctx, args }) => {
    const product = await ctx.db.products.get(args.productId);
    if (!product?.active) throw new LunoraError("BAD_REQUEST", "not for sale");
    await ctx.db.carts.insert({ userId: ctx.auth.userId!, ...args });
  });

export const redeem = mutation.input({ code: v.string().max(24), total: v.number() }).mutation(async ({ ctx, args }) => {
  const coupon = await couponByCode(ctx, args.code);
  if (!coupon || coupon.expiresAt < ctx.now) throw new LunoraError("BAD_REQUEST", "expired");
  await ctx.db.coupons.patch(coupon._id, { uses: coupon.uses + 1 });
  return await ctx.db.insert("orders", {
    userId: ctx.auth.userId!,
    status: "new",
    total: args.total * (1 - coupon.percent / 100),
    couponId: coupon._id,
  });
});

export const categoryBySlug = query.input({ slug: v.string().max(60) }).query(async ({ ctx, args }) => {
  const row = await ctx.db.categories.findFirst({ where: { slug: args.slug } });
  return row ?? (await oneBy(ctx, "warehouses", "by_code", "code", args.slug));
});

export const couponsEndingSoon = query.query(async ({ ctx }) => {
  const { page } = await ctx.db["coupons"].findMany({ where: { expiresAt: { lt: ctx.now + 86_400_000 } }, limit: 10 });
  return page;
});
