import { v } from "@lunora/server";

import { access } from "./lib/access";

export const today = access.public.query.input({ day: v.string() }).query(({ args, ctx }) =>
    ctx.db.usage.aggregate({ op: "sum", field: "credit", where: { orgId: ctx.orgId, day: args.day } }),
);

export const ofDay = access.public.query.input({ day: v.string() }).query(async ({ args, ctx }) => {
    const { page } = await ctx.db.usage.findMany({ where: { orgId: ctx.orgId, day: { gte: args.day } }, orderBy: [{ day: "asc" }] });
    return page;
});

export const charge = access.system.mutation
    .input({ orgId: v.string(), day: v.string(), credits: v.number(), documentId: v.optional(v.id("documents")) })
    .mutation(async ({ args, ctx }) => {
        await ctx.db.usage.insert(args);
        if (args.credits > 1000) await ctx.db.alerts.insert({ orgId: args.orgId, level: "high", text: `spent ${args.credits}`, seen: 0 });
    });

export const keys = access.public.query.query(async ({ ctx }) => {
    return await ctx.db.query("apiKeys").withIndex("by_org", (q) => q.eq("orgId", ctx.orgId)).collect();
});

export const mintKey = access.system.mutation.input({ orgId: v.string(), hash: v.string(), label: v.string() }).mutation(({ args, ctx }) => {
    return ctx.db.apiKeys.insert({ ...args, revokedAt: null });
});

export const alerts = access.public.query.input({ level: v.string() }).query(({ args, ctx }) =>
    ctx.db.query("alerts").withIndex("by_level", (q) => q.eq("level", args.level)).order("desc").take(25),
);
