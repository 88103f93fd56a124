import { v } from "./_generated/server";
import { memberMutation, tenantQuery } from "./lib";

const idArg = { accountId: v.id("accounts") };

export const list = tenantQuery.input(idArg).query(async ({ ctx, args }) => {
	return await ctx.db
		.query("customers")
		.withIndex("by_account_name", (q) => q.eq("accountId", args.accountId))
		.collect();
});

export const inCountry = tenantQuery.input({ ...idArg, country: v.string() }).query(async ({ ctx, args }) => {
	return await ctx.db
		.query("customers")
		.withIndex("by_account_country", (q) => q.eq("accountId", args.accountId).eq("country", args.country))
		.collect();
});

export const byVat = tenantQuery.input({ vat: v.string() }).query(async ({ ctx, args }) => {
	return await ctx.db.customers.findFirst({ where: { vat: args.vat } });
});

export const everywhere = tenantQuery.input({ country: v.string() }).query(async ({ ctx: { db }, args: { country } }) => {
	return await db
		.query("customers")
		.withIndex("by_account_country", (q) => q.eq("country", country))
		.collect();
});

export const add = memberMutation
	.input({ ...idArg, name: v.string(), country: v.string() })
	.mutation(async ({ ctx, args }) => ctx.db.customers.insert({ ...args, vat: null }));

export const openAccount = memberMutation.input({ name: v.string() }).mutation(async ({ ctx, args }) => {
	const id = await ctx.db.accounts.insert({ name: args.name, ownerId: ctx.person._id, plan: "free" });
	await ctx.db.people.patch(ctx.person._id, { accountId: id });
	return id;
});
