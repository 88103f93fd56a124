import { v } from "../_generated/server.js";
import { orgMutation, orgQuery } from "../lib/builders.js";
import { addressFields, pageArgs } from "../lib/validators.js";

export const mine = orgQuery.query(async ({ ctx }) => {
	const { page } = await ctx.db.customers.findMany({
		where: { accountManagerId: ctx.user._id },
	});
	return page;
});

export const lookup = orgQuery.input({ email: v.string() }).query(({ args, ctx }) => {
	return ctx.db.customers.findFirst({ where: { AND: [{ orgId: ctx.orgId }, { email: args.email }] } });
});

export const search = orgQuery.input({ ...pageArgs, country: v.optional(v.string()) }).query(async ({ args, ctx }) => {
	const where: Record<string, unknown> = { orgId: ctx.orgId };
	if (args.country) where.country = args.country;
	return ctx.db.customers.findMany({ where, limit: args.limit ?? 25, cursor: args.cursor });
});

export const invoicesOf = orgQuery.input({ customerId: v.id("customers") }).query(async ({ args, ctx }) => {
	const read = ctx.db.query("invoices").withIndex("by_customer", (q) => q.eq("orgId", ctx.orgId).eq("customerId", args.customerId));
	return await read.order("desc").collect();
});

export const add = orgMutation
	.input({ name: v.string(), email: v.string(), accountManagerId: v.optional(v.id("users")), ...addressFields })
	.mutation(async ({ args, ctx }) => {
		return ctx.db.customers.upsert({
			target: ["orgId", "email"],
			create: { ...args, orgId: ctx.orgId, createdBy: ctx.user._id, updatedAt: ctx.now },
			update: { ...args, updatedAt: ctx.now },
		});
	});

export const handOver = orgMutation.input({ from: v.id("users"), to: v.id("users") }).mutation(async ({ args, ctx }) => {
	await ctx.db.patchWhere("customers", {
		where: { orgId: ctx.orgId },
		patch: { accountManagerId: args.to },
	});
});
