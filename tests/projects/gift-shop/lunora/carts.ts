import { v } from "lunorash/server";
import { internalMutation, mutation, query } from "./_generated/server";

export const open = mutation.input({ customerId: v.id("customers"), token: v.string() }).mutation(async ({ ctx, args }) => {
    const old = await ctx.db.carts.findFirst({ where: { customerId: args.customerId, abandoned: false } });
    if (old) return old._id;
    return ctx.db.carts.upsert({
        target: ["token"],
        create: { ...args, abandoned: false, touchedAt: ctx.now },
        update: { touchedAt: ctx.now },
    });
});

export const byToken = query.input({ token: v.string() }).query(({ ctx, args }) =>
    ctx.db.carts.findFirst({ where: { token: args.token } }),
);

export const get = query.input({ id: v.id("carts") }).query(({ ctx, args }) => ctx.db.carts.findFirst({ where: { _id: args.id } }));

export const sweep = internalMutation.mutation(async ({ ctx }) => {
    await ctx.db.deleteWhere("carts", { touchedAt: { lt: ctx.now - 30 * 86_400_000 } });
    await ctx.db.deleteWhere("carts", { abandoned: true });
});
