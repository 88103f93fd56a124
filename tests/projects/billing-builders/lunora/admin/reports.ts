import { v } from "../_generated/server";
import { staffQuery as reportQuery } from "../lib";
import { accountantQuery } from "../lib/builders";

export const revenue = reportQuery.query(async ({ ctx }) => {
	const payments = await ctx.db.query("payments").collect();
	return payments.reduce((sum, p) => sum + p.amount, 0);
});

export const byMethod = accountantQuery.input({ method: v.string() }).query(async ({ ctx, args }) => {
	const payments = await ctx.db.query("payments").collect();
	const matching = payments.filter((p) => args.method === p.method);
	return matching.length;
});

export const received = accountantQuery
	.input({ invoiceId: v.id("invoices"), from: v.number() })
	.query(async ({ ctx, args }) => {
		return await ctx.db
			.query("payments")
			.withIndex("by_invoice_received", (q) => q.eq("invoiceId", args.invoiceId).gte("receivedAt", args.from))
			.collect();
	});

export const rate = reportQuery.input({ currency: v.string() }).query(async ({ ctx, args }) => {
	return await ctx.db.exchangeRates.findFirst({ where: { currency: args.currency } });
});

export const lastSeen = reportQuery.input({ personId: v.id("people") }).query(async ({ ctx, args }) => {
	return await ctx.db
		.query("sessions")
		.withIndex("by_person", (q) => q.eq("personId", args.personId))
		.order("desc")
		.first();
});
