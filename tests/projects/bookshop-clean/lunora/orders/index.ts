import { LunoraError } from "@lunora/server";
import { mutation, query, v } from "../_generated/server";
import { customerByEmail } from "../lib/access";

export const open = query.input({ since: v.number() }).query(async ({ ctx, args }) => {
  const rows: string[] = [];
  for await (const order of ctx.db
    .query("orders")
    .withIndex("by_status_placed", (q) => q.eq("status", "open").gte("placedAt", args.since))) {
    rows.push(order._id);
  }
  return rows;
});

export const withCoupon = query
  .input({ customerId: v.id("customers"), couponId: v.id("coupons") })
  .query(({ ctx, args }) =>
    ctx.db
      .query("orders")
      .withIndex("by_customer_coupon", (q) => q.eq("customerId", args.customerId).eq("couponId", args.couponId))
      .collect(),
  );

export const lines = query.input({ orderId: v.id("orders") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("orderLines")
    .withIndex("by_order", (q) => q.eq("orderId", args.orderId))
    .collect();
  const delivery = await ctx.db.deliveries.findFirst({ where: { orderId: args.orderId } });
  return { rows, total: rows.reduce((sum, row) => sum + row.count, 0), delivery };
});

export const bought = query
  .input({ customerId: v.id("customers"), bookId: v.id("books") })
  .query(({ ctx, args }) => ctx.db.orderLines.exists({ customerId: args.customerId, bookId: args.bookId }));

export const place = mutation
  .input({ email: v.string().email(), lines: v.array(v.object({ bookId: v.id("books"), count: v.number() })).max(50) })
  .mutation(async ({ ctx, args }) => {
    const customer = await customerByEmail(ctx.db, args.email);
    if (!customer) throw new LunoraError("NOT_FOUND", "unknown customer");
    const wanted = args.lines.filter((line) => line.count > 0);
    const orderId = await ctx.db.insert("orders", { customerId: customer._id, status: "open", placedAt: ctx.now });
    await ctx.db.insertMany(
      "orderLines",
      wanted.map((line) => ({ ...line, orderId, customerId: customer._id })),
    );
    await ctx.db.deleteWhere("carts", { customerId: customer._id });
    return orderId;
  });

export const register = mutation
  .input({ email: v.string().email(), name: v.string() })
  .mutation(({ ctx, args }) => ctx.orm.insert("customers").values(args));

export const fillCart = mutation
  .input({ customerId: v.id("customers"), items: v.record(v.string(), v.number()) })
  .mutation(async ({ ctx, args }) => {
    const { db: store } = ctx;
    const expiresAt = ctx.now + 86_400_000;
    await store.carts.upsert({
      target: ["customerId"],
      create: { ...args, expiresAt },
      update: { items: args.items, expiresAt },
    });
  });
