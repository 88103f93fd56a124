import { mutation, query, v } from "./_generated/server";
import { categoryTrail, oneBy, productReader, productsIn } from "./lib/catalog";

export const inCategory = query
  .input({ categoryId: v.id("categories") })
  .query(async ({ ctx, args }) => ({
    trail: await categoryTrail(ctx, args.categoryId),
    products: await productsIn(ctx, args.categoryId),
  }));

export const cheapest = query.input({ categoryId: v.id("categories") }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.products.findMany({
    where: { categoryId: args.categoryId, price: { lte: 20 } },
    orderBy: [{ price: "asc" }],
    limit: 12,
  });
  return page;
});

export const search = query
  .input({ text: v.string().max(100), categoryId: v.optional(v.id("categories")) })
  .query(async ({ ctx, args }) => {
    const hits = await productReader(ctx)
      .withSearchIndex("search_title", (q) => {
        const found = q.search("title", args.text);
        return args.categoryId ? found.eq("categoryId", args.categoryId) : found;
      })
      .take(20);
    return hits.filter((product) => product.active);
  });

export const suggest = query.input({ text: v.string().max(40) }).query(({ ctx, args }) =>
  ctx.db
    .query("products")
    .withSearchIndex("search_title", (q) => q.search("title", args.text))
    .take(5),
);

export const bySku = query.input({ sku: v.string().max(32) }).query(async ({ ctx, args }) =>
  ctx.db.products.findFirst({ where: { sku: args.sku } }),
);

export const setting = query.input({ key: v.string().max(64) }).query(({ ctx, args }) =>
  ctx.db.settings.findFirst({ where: { key: args.key } }),
);

export const warehouse = query
  .input({ code: v.string().max(8) })
  .query(({ ctx, args }) => oneBy(ctx, "warehouses", "by_code", "code", args.code));

export const activeOnes = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.products.findMany({ where: { active: true }, limit: 40 });
  return page;
});

export const roots = query.query(async ({ ctx }) => (await ctx.db.categories.findMany({ where: { parentId: null } })).page);

export const add = mutation
  .input({ sku: v.string().max(32), title: v.string().max(160), categoryId: v.id("categories"), price: v.number() })
  .mutation(async ({ ctx, args }) => ctx.db.insert("products", { ...args, active: true }));

export const addCategory = mutation
  .input({ name: v.string().max(60), slug: v.string().max(60), parentId: v.optional(v.id("categories")) })
  .mutation(async ({ ctx, args }) => await ctx.db.categories.insert(args, { skipDuplicates: true }));

export const saveSetting = mutation
  .input({ key: v.string().max(64), value: v.string().max(1000) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.settings.upsert({ target: ["key"], create: args, update: { value: args.value } });
  });
