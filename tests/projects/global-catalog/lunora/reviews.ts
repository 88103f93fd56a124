import { internalAction, mutation, query, v } from "./_generated/server";

export const forProduct = query.input({ productId: v.id("products") }).query(async ({ ctx, args }) => {
  const found = await ctx.orm.query.reviews.findMany({ where: { productId: args.productId }, limit: 100 });
  return found.page;
});

export const mine = query.query(async ({ ctx }) => {
  const userId = ctx.auth.userId!;
  return (await ctx.orm.query.reviews.findMany({ where: { userId } })).page;
});

export const average = query.input({ productId: v.id("products") }).query(async ({ ctx, args }) => {
  return await ctx.db.reviews.aggregate({ op: "avg", field: "rating", where: { productId: args.productId } });
});

export const write = mutation
  .input({ productId: v.id("products"), rating: v.number().int().min(1).max(5), text: v.string().max(4000) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.reviews.insert({ ...args, userId: ctx.auth.userId! });
  });

export const exportAll = internalAction.action(async ({ ctx }) => {
  const { page } = await ctx.db.reviews.findMany();
  return page.map((review) => [review.productId, review.rating, review.text].join(";")).join("\n");
});

export const reprice = internalAction.input({ factor: v.number() }).action(async ({ ctx, args }) => {
  for await (const product of ctx.db.query("products")) {
    await ctx.db.products.patch(product._id, { price: product.price * args.factor });
  }
});
