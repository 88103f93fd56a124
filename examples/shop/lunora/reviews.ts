import { LunoraError } from "lunorash/server";
import { query, v } from "#lunora/_generated/server.js";
import { shopperMutation, staffMutation, staffQuery } from "#lunora/lib/procedures.js";

export const list = query
  .input({ productId: v.id("products"), cursor: v.optional(v.string()) })
  .query(({ ctx, args }) =>
    ctx.db.reviews.findMany({
      where: { productId: args.productId, status: "visible" },
      orderBy: [{ createdAt: "desc" }],
      limit: 20,
      cursor: args.cursor,
    }),
  );

export const summary = query
  .input({ productId: v.id("products") })
  .query(async ({ ctx, args }) => {
    const where = { productId: args.productId };
    const [average, byStars] = await Promise.all([
      ctx.db.reviews.aggregate({ op: "avg", field: "stars", where }),
      ctx.db.reviews.groupBy({ by: ["productId", "stars"], where }),
    ]);
    return { average, byStars };
  });

export const write = shopperMutation
  .input({ productId: v.id("products"), stars: v.number().int().min(1).max(5), body: v.string().max(4000) })
  .mutation(async ({ ctx, args }) => {
    const { userId } = ctx.shopper;
    const bought = await ctx.db.orderLines.exists({ userId, productId: args.productId });
    if (!bought) {
      throw new LunoraError("FORBIDDEN", "Only customers who bought the product can review it.");
    }
    await ctx.db.reviews.upsert({
      target: ["authorId", "productId"],
      create: { ...args, authorId: userId, status: "pending", writtenAt: ctx.now },
      update: { stars: args.stars, body: args.body, status: "pending", writtenAt: ctx.now },
    });
  });

export const pending = staffQuery.query(async ({ ctx }) => {
  const waiting = await ctx.orm.query.reviews.findMany({ where: { status: "pending" }, limit: 50 });
  return waiting.page;
});

export const moderate = staffMutation
  .input({ reviewId: v.id("reviews"), visible: v.boolean() })
  .mutation(({ ctx, args }) =>
    ctx.orm.update("reviews", args.reviewId).set({ status: args.visible ? "visible" : "hidden" }),
  );
