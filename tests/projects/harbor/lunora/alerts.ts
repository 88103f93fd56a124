import { action, mutation, query, v } from "./_generated/server";
import { api } from "./_generated/api";
import { boatsOf, touchAlert } from "./lib/rows";

export const push = mutation
    .input({ handles: v.array(v.string().max(30)).max(200), body: v.string().max(500) })
    .mutation(async ({ ctx, args }) => {
        for (const handle of args.handles) {
            const user = await ctx.db.users.findFirst({ where: { handle } });
            if (user) await ctx.db.alerts.insert({ recipientHandle: user.handle, body: args.body, seen: false });
        }
    });

export const latest = query.query(({ ctx }) => ctx.db.query("alerts").withIndex("by_none").order("desc").take(20));

export const open = query.input({ alertId: v.id("alerts") }).query(async ({ ctx, args }) => {
    await touchAlert(ctx as never, args.alertId);
    return await ctx.db.alerts.get(args.alertId);
});

export const acknowledge = query.input({ alertId: v.id("alerts") }).query(async ({ ctx, args }) => {
    const db = ctx.db as any;
    await db.alerts.patch(args.alertId, { seen: true });
    return true;
});

export const resend = mutation.input({ handle: v.string().max(30), body: v.string().max(500) }).mutation(async ({ ctx, args }) => {
    await ctx.db.insert("alert", { recipientHandle: args.handle, body: args.body, seen: false });
});

export const fleets = query.input({ ownerIds: v.array(v.id("users")).max(50) }).query(async ({ ctx, args }) => {
    return await Promise.all(args.ownerIds.map((id) => ctx.db.query("boats").withIndex("by_owner", (q) => q.eq("ownerId", id)).collect()));
});

export const poll = action.input({ ownerId: v.id("users") }).action(async ({ ctx, args }) => {
    let seen = 0;
    for (;;) {
        const rows = await ctx.runQuery(api.boats.ofOwner, { ownerId: args.ownerId });
        seen += rows.length;
        ctx.log.info("polled", { seen });
    }
});

export const count = action.input({ ownerId: v.id("users") }).action(async ({ ctx, args }) => {
    const rows = await boatsOf(ctx.db as never, args.ownerId);
    return rows.length;
});
