import { internalMutation, mutation, query, v } from "./_generated/server";
import * as stores from "./stores";
import { guards, oneBy } from "@grove/kit";
import { pageOf } from "@grove/kit/paging";

export const tree = query.query(async ({ ctx }) => {
  const rows = await stores.categories.all(ctx);
  return rows.map(({ _id, name, parentId = null }) => ({ _id, name, parentId }));
});

export const latest = query.input({ count: v.optional(v.number().int()) }).query(({ ctx, args }) => stores.products.newest(ctx, args.count));

export const page = query
  .input({ categoryId: v.id("categories"), cursor: v.optional(v.string().max(500)) })
  .query(({ ctx, args: { categoryId, cursor } }) =>
    ctx.db
      .query("products")
      .withIndex("by_category", (q) => q.eq("categoryId", categoryId))
      .order("desc")
      .paginate(pageOf({ cursor })),
  );

export const bySku = query.input({ sku: v.string().max(40) }).query(({ ctx, args }) => oneBy(ctx, "products", "by_sku", "sku", args.sku));

export const byCode = query.input({ code: v.string().max(40) }).query(({ ctx, args }) => oneBy(ctx, "products", "by_code", "sku", args.code));

export const cheaperThan = query.input({ cents: v.number() }).query(({ ctx, args }) =>
  ctx.db.query("products").filter((p) => p.priceCents < args.cents).take(30),
);

export const find = query.input({ text: v.string().max(60) }).query(({ ctx, args }) =>
  ctx.db.query("products").withSearchIndex("by_title", (s) => s.search("title", args.text)).take(20),
);

export const addCategory = mutation
  .input({ name: v.string().max(80), parentId: v.id("categories").nullable() })
  .mutation(({ ctx, args }) => stores.categories.create(ctx, args));

export const addProduct = internalMutation
  .input({ sku: v.string(), title: v.string(), priceCents: v.number(), categoryId: v.id("categories"), vat: v.string() })
  .mutation(async ({ ctx, args: { vat, ...product } }) => {
    const known = await ctx.db.suppliers.findFirst({ where: { vat } });
    const supplierId = known?._id ?? (await stores.suppliers.create(ctx, { vat, name: vat }));
    guards.must(await ctx.db.categories.get(product.categoryId), "category");
    return stores.products.create(ctx, { ...product, supplierId });
  });
