import { v } from "#lunora/_generated/server.js";
import { staffMutation } from "#lunora/lib/procedures.js";

const currency = v.union(v.literal("EUR"), v.literal("USD"));

export const addCategory = staffMutation
  .input({ slug: v.string().max(80), name: v.string().max(80), parentId: v.optional(v.id("categories")), position: v.number().int() })
  .mutation(({ ctx, args }) => ctx.db.categories.insert(args));

export const addBrand = staffMutation
  .input({ slug: v.string().max(80), name: v.string().max(80), country: v.string().length(2) })
  .mutation(({ ctx, args }) => ctx.orm.insert("brands").values(args));

export const addProduct = staffMutation
  .input({
    sku: v.string().max(40),
    title: v.string().max(160),
    description: v.string().max(8000),
    categoryId: v.id("categories"),
    brandId: v.id("brands"),
    priceCents: v.number().int().min(0),
    currency,
    tags: v.array(v.string().max(40)).max(20),
  })
  .mutation(async ({ ctx, args }) => {
    const productId = await ctx.db.products.insert({ ...args, status: "draft" });
    await ctx.db.productStats.insert({ productId, categoryId: args.categoryId });
    return productId;
  });

export const publish = staffMutation
  .input({ productId: v.id("products") })
  .mutation(({ ctx, args }) => ctx.db.products.patch(args.productId, { status: "live", publishedAt: ctx.now }));

export const changePrice = staffMutation
  .input({ productId: v.id("products"), priceCents: v.number().int().min(0) })
  .mutation(({ ctx, args }) => ctx.orm.update("products", args.productId).set({ priceCents: args.priceCents }));

export const retire = staffMutation
  .input({ productId: v.id("products") })
  .mutation(({ ctx, args }) => ctx.db.products.delete(args.productId));

export const bringBack = staffMutation
  .input({ productId: v.id("products") })
  .mutation(({ ctx, args }) => ctx.db.products.restore(args.productId));

export const saveCoupon = staffMutation
  .input({
    code: v.string().min(4).max(40),
    percentOff: v.number().int().min(1).max(100),
    endsAt: v.timestamp(),
    usesLeft: v.number().int().min(0),
  })
  .mutation(({ ctx, args }) =>
    ctx.db.coupons.upsert({
      target: ["code"],
      create: args,
      update: { percentOff: args.percentOff, endsAt: args.endsAt, usesLeft: args.usesLeft },
    }),
  );
