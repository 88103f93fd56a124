import { v } from "lunorash/server";
import { query, mutation } from "../_generated/server";
import { productBySku, searchProducts } from "../shared/lookup";
import { LIVE, PAGE_SIZE } from "../shared/tables";

export const bySku = query.input({ sku: v.string() }).query(({ ctx, args }) => productBySku(ctx, args.sku));

export const search = query.input({ text: v.string() }).query(({ ctx, args }) => searchProducts(ctx, args.text));

export const byBrand = query
    .input({ brand: v.string(), maxPrice: v.optional(v.number()), color: v.optional(v.string()) })
    .query(async ({ ctx, args }) => {
        const where: any = { brand: args.brand };
        if (args.maxPrice) where.price = { lte: args.maxPrice };
        const result = await ctx.db.products.findMany({ where, orderBy: [{ price: "asc" }], limit: PAGE_SIZE });
        return result.page;
    });

export const byColor = query
    .input({ color: v.string(), title: v.optional(v.string()) })
    .query(async ({ ctx, args }) => {
        const where: any = { color: args.color };
        if (args.title) where.title = args.title;
        const result = await ctx.db.products.findMany({ where, limit: PAGE_SIZE });
        return result.page;
    });

export const live = query.query(async ({ ctx }) => {
    const { page } = await ctx.orm.query.products.findMany({ where: { ...LIVE }, limit: PAGE_SIZE });
    return page;
});

export const bestSellers = query.query(({ ctx }) => ctx.db.products.rankPage("best_sellers", { take: 10 }));

export const topSellers = query.query(({ ctx }) => ctx.db.products.rankPage("top_sellers", { take: 10 }));

export const everything = query.query(async ({ ctx }) => (await ctx.db.products.findMany()).page);

export const cheapest = query.query(async ({ ctx }) => {
    const { page } = await ctx.db.products.findMany({ orderBy: [{ prize: "asc" }], limit: 5 });
    return page;
});

export const addProduct = mutation
    .input({ sku: v.string(), title: v.string(), brand: v.string(), price: v.number() })
    .mutation(({ ctx, args }) => ctx.orm.insert("products").values({ ...args, discontinued: false }));
