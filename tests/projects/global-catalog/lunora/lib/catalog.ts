import type { MutationCtx, QueryCtx } from "../_generated/server";

const COUPONS = "coupons";

export async function productsIn(ctx: QueryCtx, categoryId: string) {
  return await ctx.db
    .query("products")
    .withIndex("by_category", (q) => q.eq("categoryId", categoryId))
    .take(50);
}

export async function couponByCode({ db }: MutationCtx, code: string) {
  return db.query(COUPONS).withIndex("by_code", (q) => q.eq("code", code)).unique();
}

/** One row of any table by a single indexed column. */
export async function oneBy(ctx: QueryCtx, table: string, index: string, field: string, value: string) {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const reader = ctx.db.query(table as any);
  return await reader.withIndex(index, (q: any) => q.eq(field, value)).first();
}

/** Search is the one fluent link that D1 tables have. */
export const productReader = (ctx: QueryCtx) => ctx.db.query("products");

export async function categoryTrail(ctx: QueryCtx, id: string) {
  const trail: string[] = [];
  let current = await ctx.db.categories.get(id);
  while (current && trail.length < 8) {
    trail.unshift(current.name);
    current = current.parentId ? await ctx.db.categories.get(current.parentId) : null;
  }
  return trail;
}
