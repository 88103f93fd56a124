import { mutation, query, v } from "./_generated/server";
import { boatsOf } from "./lib/rows";

export const signUp = mutation
    .input({ handle: v.string().max(30), name: v.string().max(80) })
    .mutation(async ({ ctx, args }) => ctx.orm.insert("users").values({ handle: args.handle, name: args.name }));

export const register = mutation
    .input({ ownerId: v.id("users"), ownerHandle: v.string().max(30), homeBerthId: v.id("berths"), name: v.string().max(60), registration: v.string().max(20) })
    .mutation(async ({ ctx: c, args: boat }) => c.db.boats.insert(boat));

export const byRegistration = query.input({ registration: v.string().max(20) }).query(async ({ ctx, args }) => {
    const boat = (await ctx.db.query("boats").collect()).find((b) => b.registration === args.registration);
    return boat ?? null;
});

export const one = query.input({ boatId: v.id("boats") }).query(async ({ ctx, args }) => {
    return await ctx.db
        .query("boats")
        .filter((b) => args.boatId === b._id)
        .first();
});

export const named = query
    .input({ ownerId: v.id("users"), name: v.string().max(60) })
    .query(async ({ ctx, args }) => {
        return await ctx.db
            .query("boats")
            .withIndex("by_owner", (q) => q.eq("ownerId", args.ownerId))
            .filter((b) => b.name === args.name)
            .first();
    });

export const fleet = query.query(async ({ ctx }) => {
    return await ctx.db.query("boats").withIndex("by_owner").collect();
});

export const misspelt = query.input({ ownerId: v.id("users") }).query(async ({ ctx, args }) => {
    return await ctx.db.query("boats").withIndex("by_onwer", (q) => q.eq("ownerId", args.ownerId)).collect();
});

export const ofHandle = query.input({ handle: v.string().max(30) }).query(async ({ ctx, args }) => {
    return await ctx.db.query("boats").withIndex("by_owner_handle", (q) => q.eq("owner_handle", args.handle)).collect();
});

export const ofOwner = query
    .input({ ownerId: v.id("users") })
    .query(async ({ ctx, args }) => boatsOf(ctx.db as never, args.ownerId));

export const copyFor = query.input({ boatId: v.id("boat") }).query(async ({ ctx, args }) => {
    return await ctx.db.boats.findFirst({ where: { _id: args.boatId } });
});
