import { v } from "lunorash/server";
import { action, internalMutation, mutation, query } from "./_generated/server";

export const subscribers = action.action(async ({ ctx }) => {
    const rows = await ctx.db.query("customers").filter((c) => c.newsletter === true).collect();
    return rows.map((c) => c.email);
});

export const inCountry = query.input({ country: v.string() }).query(async ({ ctx, args }) => {
    const { page } = await ctx.db.customers.findMany({ where: { country: { eq: args.country } } });
    return page.length;
});

export const signUp = mutation
    .input({ email: v.string(), name: v.string(), country: v.string() })
    .mutation(({ ctx, args }) => ctx.db.customers.insert({ ...args, newsletter: true }, { skipDuplicates: true }));

export const redeem = query.input({ code: v.string() }).query(async ({ ctx, args }) => {
    const coupon = await ctx.db.coupons.findFirst({ where: { code: args.code } });
    return coupon && coupon.validUntil > ctx.now ? coupon.percent : 0;
});

export const issue = internalMutation
    .input({ codes: v.array(v.string()).max(200), percent: v.number(), validUntil: v.timestamp() })
    .mutation(({ ctx, args: { codes, ...rest } }) =>
        ctx.db.coupons.upsertMany({ target: ["code"], rows: codes.map((code) => ({ code, ...rest })) }),
    );

export const badReviews = query.query(({ ctx }) => ctx.db.reviews.count({ stars: 1 }));

export const productReviews = query
    .input({ productId: v.id("products"), stars: v.optional(v.number()) })
    .query(({ ctx, args }) =>
        ctx.db
            .query("reviews")
            .withIndex("by_product_stars", (q) =>
                args.stars === undefined
                    ? q.eq("productId", args.productId)
                    : q.eq("productId", args.productId).eq("stars", args.stars),
            )
            .take(50),
    );

export const review = mutation
    .input({ productId: v.id("products"), stars: v.number(), text: v.string().max(4000) })
    .mutation(({ ctx, args }) => ctx.db["reviews"].insert({ ...args, hidden: false }));
