import { v } from "../_generated/server.js";
import { adminMutation, adminQuery, authMutation, authQuery } from "../lib/builders.js";
import { knownPairs } from "../lib/rates.js";

export const create = authMutation.input({ name: v.string(), slug: v.string(), plan: v.string() }).mutation(async ({ args, ctx }) => {
	const plan = await ctx.db.plans.findFirst({ where: { code: args.plan } });
	if (!plan) throw new Error("unknown plan");
	const orgId = await ctx.db.organizations.insert({ name: args.name, slug: args.slug, ownerId: ctx.user._id, planId: plan._id });
	await ctx.db.memberships.insert({ orgId, userId: ctx.user._id, role: "owner" });
	return orgId;
});

export const onPlan = adminQuery.input({ planId: v.id("plans") }).query(async ({ args, ctx }) => {
	return (await ctx.db.organizations.findMany({ where: { planId: args.planId } })).page;
});

export const bySlug = authQuery.input({ slug: v.string() }).query(({ args, ctx }) => {
	return ctx.db.organizations.findUnique({ where: { slug: args.slug } });
});

export const members = authQuery.input({ orgId: v.id("organizations") }).query(async ({ args, ctx }) => {
	const rows = await ctx.db.query("memberships").withIndex("by_org_user", (q) => q.eq("orgId", args.orgId)).collect();
	return rows.map((row) => row.userId);
});

export const setFlag = adminMutation.input({ key: v.string(), enabled: v.boolean() }).mutation(async ({ args, ctx }) => {
	await ctx.db.featureFlags.upsert({ target: ["key"], create: args, update: { enabled: args.enabled } });
});

export const recordRate = adminMutation.input({ base: v.string(), quote: v.string(), rate: v.number() }).mutation(async ({ args, ctx }) => {
	await ctx.db.exchangeRates.insert({ ...args, asOf: ctx.now });
	return knownPairs(ctx.db, args.base);
});

export const recordPayment = adminMutation
	.input({ orgId: v.id("organizations"), invoiceId: v.id("invoices"), provider: v.string(), externalId: v.string(), amount: v.number() })
	.mutation(async ({ args, ctx }) => {
		const duplicate = await ctx.db.payments.exists({ provider: args.provider, externalId: args.externalId });
		if (!duplicate) await ctx.db.payments.insert({ ...args, receivedAt: ctx.now });
	});

export const activity = adminQuery.input({ userId: v.id("users") }).query(async ({ args, ctx }) => {
	return ctx.db.query("auditLog").withIndex("by_actor", (q) => q.eq("actorId", args.userId)).order("desc").take(30);
});
