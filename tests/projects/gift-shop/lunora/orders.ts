import { v } from "lunorash/server";
import { internalMutation, mutation, query } from "./_generated/server";
import { customerByEmail, productBySku } from "./shared/lookup";

export const list = query.input({ limit: v.number() }).query(async ({ ctx, args }) => {
    const { page } = await ctx.db.orders.findMany({ limit: args.limit });
    return page;
});

export const ofCustomer = query
    .input({ customerId: v.id("customers"), since: v.optional(v.timestamp()) })
    .query(async ({ ctx, args }) => {
        const { page } = await ctx.db.orders.findMany({
            where: { customerId: args.customerId, ...(args.since ? { placedAt: { gte: args.since } } : {}) },
            limit: 100,
        });
        return page;
    });

export const byEmail = query.input({ email: v.string() }).query(async ({ ctx, args }) => {
    const { page } = await ctx.orm.query.orders.findMany({ where: { email: args.email } });
    return page;
});

export const soldUnits = query.input({ sku: v.string() }).query(async ({ ctx, args }) => {
    const lines = await (ctx.db as any).findMany("orderLines", { where: { sku: args.sku } });
    return lines.page.reduce((n: number, line: any) => n + line.quantity, 0);
});

export const linesOf = query.input({ orderId: v.id("orders") }).query(async ({ ctx, args }) => {
    const { page } = await ctx.db.orderLines.findMany({ where: { orderId: args.orderId } });
    return page;
});

export const turnover = query.query(({ ctx }) => ctx.db.orders.aggregate({ op: "sum", field: "amount" }));

export const pending = query.query(async ({ ctx }) => {
    const rows = await ctx.db
        .query("orders")
        .withIndex("by_status_placed", (q) => q)
        .collect();
    return rows.map((row) => row._id);
});

export const place = mutation
    .input({ email: v.string(), country: v.string(), items: v.array(v.object({ sku: v.string(), quantity: v.number() })).max(50) })
    .mutation(async ({ ctx, args }) => {
        const customer = await customerByEmail(ctx, args.email);
        const zone = await ctx.db.shippingZones.findFirst({ where: { country: args.country } });
        if (!customer || !zone) throw new Error("cannot ship");

        const orderId = await ctx.db.orders.insert({
            customerId: customer._id,
            shippingZoneId: zone._id,
            email: args.email,
            status: "pending",
            placedAt: ctx.now,
            total: 0,
        });
        let total = zone.fee;
        for (const { sku, quantity } of args.items) {
            const product = await productBySku(ctx, sku);
            if (!product) continue;
            total += product.price * quantity;
            await ctx.db.insertMany("orderLines", [{ orderId, productId: product._id, sku, quantity }]);
        }
        await ctx.db.orders.patch(orderId, { total });
        return orderId;
    });

export const expirePending = internalMutation.input({ before: v.timestamp() }).mutation(({ ctx, args }) =>
    ctx.db.patchWhere("orders", {
        where: { status: "pending", placedAt: { lt: args.before } },
        patch: { status: "shipped" },
    }),
);
