import { internalMutation, mutation, query, v } from "./_generated/server";
import { DAILY, TABLES } from "./lib/tables";

export const open = mutation
  .input({ skus: v.array(v.string().max(32)).max(50) })
  .mutation(async ({ ctx, args }) => {
    const cartId = await ctx.db.carts.insert({ userId: ctx.auth.userId!, open: true });
    await ctx.db.cartLines.insertMany(args.skus.map((sku) => ({ cartId, sku, quantity: 1 })));
    const push = (kind: string) => ctx.db.insert("events", { kind });
    await push("cart-opened");
    return cartId;
  });

export const lines = query.input({ cartId: v.id("carts") }).query(({ ctx, args }) =>
  ctx.db
    .query("cartLines")
    .withIndex("by_cart", (q) => q.eq("cartId", args.cartId))
    .collect(),
);

export const bulk = internalMutation
  .input({ batch: v.string(), rows: v.array(v.string()) })
  .mutation(async ({ ctx, args }) => {
    const rows = args.rows.map((raw) => ({ batch: args.batch, raw }));
    await ctx.db.insertManyUnsafe("importRows", rows, { limit: 5_000 });
  });

export const newDay = internalMutation.mutation(async ({ ctx }) => {
  for (const table of DAILY) {
    await ctx.db.insert(table, { name: "visits", value: 0 });
  }
});

export const addPlan = internalMutation
  .input({ code: v.string(), cents: v.number() })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.insert(TABLES.plans, args);
    return await ctx.db.query(TABLES.tiers).withIndex("by_name", (q) => q.eq("name", args.code)).unique();
  });

export const recentAudit = query.query(async ({ ctx }) => ctx.db.query("auditLog").order("desc").take(20));

export const wholeAudit = query.query(async ({ ctx }) => (await ctx.db.auditLog.findMany()).page);
