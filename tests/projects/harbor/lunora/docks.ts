import { mutation, query, v } from "./_generated/server";
import { api } from "./_generated/api";

export const add = mutation
    .input({ name: v.string().max(80), region: v.string().max(40), harbourCode: v.string().max(8), managerId: v.id("users") })
    .mutation(async ({ ctx, args }) => {
        const dockId = await ctx.db.docks.insert(args);
        await ctx.db.berths.insert({ dockId, code: "A1", lengthM: 8, status: "free" });
        return dockId;
    });

export const inRegion = query
    .input({ region: v.string().max(40) })
    .query(async ({ ctx, args }) =>
        ctx.db
            .query("docks")
            .withIndex("by_region_zone", (q) => q.eq("region", args.region))
            .collect(),
    );

export const inHarbour = query
    .input({ code: v.string().max(8) })
    .query(({ ctx, args }) => ctx.db.query("docks").withIndex("by_harbour", (q) => q.eq("harbourCode", args.code)).collect());

export const managedBy = query.input({ managerId: v.id("users") }).query(async ({ ctx, args }) => {
    return await ctx.db
        .query("docks")
        .filter((dock) => dock.managerId === args.managerId)
        .collect();
});

export const everything = query.query(async ({ ctx }) => {
    return await ctx.db.query("docks").order("desc").collect();
});

export const rename = mutation
    .input({ dockId: v.id("docks"), name: v.string().max(80) })
    .mutation(async ({ ctx, args }) => {
        await ctx.db.patch(args.dockId, { name: args.name });
    });

export const close = mutation.input({ dockId: v.id("docks") }).mutation(async ({ ctx, args }) => {
    await ctx.db.docks.delete(args.dockId);
    await ctx.scheduler.runAfter(0, api.docks.everything, {});
});

export const freeBerths = query.input({ status: v.string().max(12) }).query(async ({ ctx, args }) => {
    return await ctx.db.query("berths").withIndex("by_dock_status", (q) => q.eq("status", args.status)).collect();
});

export const berthsOf = query.input({ dockId: v.id("docks"), status: v.string().max(12) }).query(async ({ ctx, args }) => {
    const rows = await ctx.db.query("berths").withIndex("by_dock_status", (q) => q.gte("status", args.status).eq("dockId", args.dockId)).collect();
    return rows;
});
