import { v } from "#lunora/_generated/server.js";
import { staffMutation, staffQuery } from "#lunora/lib/procedures.js";

export const active = staffQuery.query(async ({ ctx }) => {
  const { page } = await ctx.db.suppliers.findMany({ where: { active: true }, orderBy: [{ name: "asc" }], limit: 200 });
  return page;
});

export const inCountry = staffQuery
  .input({ country: v.string().length(2) })
  .query(async ({ ctx, args }) => {
    const suppliers = await ctx.db.query("suppliers").collect();
    return suppliers.filter((supplier) => supplier.country === args.country);
  });

export const offersOf = staffQuery
  .input({ supplierId: v.id("suppliers") })
  .query(({ ctx, args }) =>
    ctx.db
      .query("supplierOffers")
      .withIndex("by_supplier", (q) => q.eq("supplierId", args.supplierId))
      .take(500),
  );

export const cheapest = staffQuery
  .input({ productId: v.id("products") })
  .query(({ ctx, args }) =>
    ctx.db
      .query("supplierOffers")
      .withIndex("by_product_cost", (q) => q.eq("productId", args.productId))
      .filter((offer) => offer.validUntil > ctx.now)
      .take(3),
  );

export const offer = staffQuery
  .input({ offerId: v.id("supplierOffers") })
  .query(({ ctx, args }) =>
    ctx.db
      .query("supplierOffers")
      .filter((row) => row._id === args.offerId)
      .first(),
  );

export const add = staffMutation
  .input({ name: v.string().max(120), email: v.string().email().max(200), country: v.string().length(2) })
  .mutation(({ ctx, args }) => ctx.db.suppliers.insert({ ...args, active: true }));

export const saveOffers = staffMutation
  .input({
    supplierId: v.id("suppliers"),
    validUntil: v.timestamp(),
    lines: v
      .array(v.object({ productId: v.id("products"), costCents: v.number().int().positive(), leadDays: v.number().int().min(0) }))
      .max(200),
  })
  .mutation(async ({ ctx, args }) => {
    const { supplierId, validUntil } = args;
    await ctx.db.insertMany(
      "supplierOffers",
      args.lines.map((line) => ({ ...line, supplierId, validUntil })),
    );
  });
