import { v } from "lunorash/server";

import { internalMutation, mutation, query } from "./_generated/server";
import type { MutationCtx } from "./_generated/server";

const bySpeciality = (ctx: Pick<MutationCtx, "db">) => (speciality: string) =>
    ctx.db.query("waitlist").withIndex("by_speciality", (q) => q.eq("speciality", speciality));

export const queue = query.input({ speciality: v.string() }).query(async ({ ctx, args }) => {
    return bySpeciality(ctx)(args.speciality).order("desc").take(25);
});

export const urgent = query.input({ atLeast: v.number() }).query(async ({ ctx, args }) => {
    return ctx.db
        .query("waitlist")
        .withIndex("by_speciality", (q) => q.gte("priority", args.atLeast))
        .take(25);
});

export const join = mutation
    .input({ patientId: v.id("patients"), speciality: v.string(), priority: v.number() })
    .mutation(async ({ ctx, args }) => {
        await ctx.db.waitlist.upsert({
            target: ["patientId"],
            create: { ...args, requestedAt: ctx.now },
            update: { priority: args.priority },
        });
    });

export const leave = mutation.input({ entry: v.id("waitlist"), speciality: v.string() }).mutation(async ({ ctx, args }) => {
    const row = await bySpeciality(ctx)(args.speciality)
        .filter(({ _id }) => _id === args.entry)
        .first();
    if (row) await ctx.db.waitlist.delete(row._id);
});

export const prune = internalMutation.input({ before: v.number() }).mutation(async ({ ctx, args }) => {
    const everyone = await ctx.db.query("waitlist").withIndex("by_patient").collect();
    const kept = new Map<string, number>();
    for (const entry of everyone) kept.set(entry.patientId, entry.requestedAt);
    return [...kept.values()].length;
});
