import { v } from "#lunora/_generated/server.js";
import { shopperMutation, shopperQuery } from "#lunora/lib/procedures.js";

export const list = shopperQuery.query(async ({ ctx }) => {
  const addresses = await ctx.db.addresses.findMany({
    where: { userId: ctx.shopper.userId },
    orderBy: [{ isDefault: "desc" }],
    limit: 25,
  });
  return addresses.page;
});

export const add = shopperMutation
  .input({
    label: v.string().max(40),
    line1: v.string().max(120),
    city: v.string().max(80),
    postalCode: v.string().max(16),
    country: v.string().length(2),
  })
  .mutation(({ ctx, args }) => ctx.db.addresses.insert({ ...args, userId: ctx.shopper.userId }));

export const makeDefault = shopperMutation
  .input({ addressId: v.id("addresses") })
  .mutation(async ({ ctx, args }) => {
    const { userId } = ctx.shopper;
    await ctx.db.addresses.patchMany({ where: { userId, isDefault: true }, values: { isDefault: false } });
    await ctx.db.addresses.patch(args.addressId, { isDefault: true });
  });

export const remove = shopperMutation
  .input({ addressId: v.id("addresses") })
  .mutation(({ ctx, args }) => ctx.db.addresses.delete(args.addressId));
