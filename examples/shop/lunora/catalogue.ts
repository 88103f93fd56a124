import { query, v } from "#lunora/_generated/server.js";

const direction = v.union(v.literal("asc"), v.literal("desc"));

export const home = query.query(async ({ ctx }) => {
  const [latest, departments] = await Promise.all([
    ctx.db.products.findMany({ where: { status: "live" }, orderBy: [{ publishedAt: "desc" }], limit: 12 }),
    ctx.db.categories.findMany({ where: { parentId: null }, orderBy: [{ position: "asc" }], limit: 20 }),
  ]);
  return { latest: latest.page, departments: departments.page };
});

export const brands = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.brands.findMany();
  return page.map((brand) => ({ slug: brand.slug, name: brand.name }));
});

export const categories = query
  .input({ limit: v.number().int() })
  .query(async ({ ctx, args }) => {
    const { page } = await ctx.db.categories.findMany({ limit: args.limit });
    return page;
  });

export const category = query
  .input({
    slug: v.string().max(80),
    price: v.optional(direction),
    cursor: v.optional(v.string()),
    limit: v.optional(v.number().int().positive()),
  })
  .query(async ({ ctx, args }) => {
    const found = await ctx.db.categories.findFirst({ where: { slug: args.slug } });
    if (!found) {
      return null;
    }
    const products = await ctx.db.products.findMany({
      where: { categoryId: found._id, status: "live" },
      orderBy: [{ priceCents: args.price ?? "asc" }],
      limit: Math.min(args.limit ?? 24, 96),
      cursor: args.cursor,
    });
    return { category: found, products };
  });

export const brand = query
  .input({ slug: v.string().max(80) })
  .query(async ({ ctx, args }) => {
    const found = await ctx.db.brands.findFirstOrThrow({ where: { slug: args.slug } });
    const products = await ctx.db.products.findMany({ where: { brandId: found._id }, limit: 48 });
    return { brand: found, products: products.page };
  });

export const topRated = query
  .input({ categoryId: v.id("categories") })
  .query(async ({ ctx, args }) => {
    const best = await ctx.db.products.findMany({
      where: { categoryId: args.categoryId, status: "live" },
      orderBy: [{ rating: "desc" }],
      limit: 24,
    });
    return best.page;
  });

export const search = query
  .input({ term: v.string().min(2).max(80), categoryId: v.optional(v.id("categories")), limit: v.optional(v.number()) })
  .query(({ ctx, args }) =>
    ctx.db.products
      .withSearchIndex("search_title", (q) => {
        const hits = q.search("title", args.term);
        return args.categoryId ? hits.eq("categoryId", args.categoryId) : hits;
      })
      .take(Math.min(args.limit ?? 20, 50)),
  );

export const product = query
  .input({ sku: v.string().max(40) })
  .query(({ ctx, args }) =>
    ctx.db.products.findFirst({
      where: { sku: args.sku },
      with: {
        category: { select: ["slug", "name"] },
        reviews: { where: { status: "visible" }, orderBy: [{ writtenAt: "desc" }], limit: 5 },
      },
    }),
  );

export const bestSellers = query
  .input({ categoryId: v.id("categories") })
  .query(async ({ ctx, args }) => {
    const ranked = await ctx.db.productStats.rankPage("best_sellers", {
      where: { categoryId: args.categoryId },
      take: 10,
    });
    return ranked.page;
  });

export const salesRank = query
  .input({ productId: v.id("products") })
  .query(async ({ ctx, args }) => {
    const stats = await ctx.db.productStats.findFirst({ where: { productId: args.productId } });
    return stats && ctx.db.productStats.rank("top_sellers", { row: stats });
  });
