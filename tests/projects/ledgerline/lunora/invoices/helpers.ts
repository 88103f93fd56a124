import type { Doc, Id, MutationCtx, QueryCtx } from "../_generated/server.js";
import { latestRate } from "../lib/rates.js";

export async function withLines(context: QueryCtx, invoices: Doc<"invoices">[]) {
	return Promise.all(invoices.map((invoice) => assemble(context, invoice)));
}

async function assemble(context: QueryCtx, invoice: Doc<"invoices">) {
	const lines = await linesOf(context.db, invoice._id);
	return { ...invoice, lines };
}

export function linesOf(db: QueryCtx["db"], invoiceId: Id<"invoices">) {
	return db
		.query("invoiceLines")
		.withIndex("by_invoiceId", (q) => q.eq("invoiceId", invoiceId))
		.collect();
}

export function issuedSince(context: QueryCtx, orgId: Id<"organizations">, from: number) {
	return context.db
		.query("invoices")
		.withIndex("by_org_status", (q) => q.eq("orgId", orgId).gte("issuedAt", from))
		.collect();
}

export function issuedInMonth(context: QueryCtx, orgId: Id<"organizations">, status: "sent" | "paid", from: number, to: number) {
	return context.db
		.query("invoices")
		.withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", status).gte("issuedAt", from).lt("issuedAt", to))
		.collect();
}

export async function openBalance(context: QueryCtx, invoice: Doc<"invoices">, currency: string) {
	const { page: payments } = await context.db.payments.findMany({
		where: { orgId: invoice.orgId, invoiceId: invoice._id },
	});
	const paid = payments.reduce((sum, p) => sum + p.amount, 0);
	const rate = await latestRate(context.db, invoice.currency, currency);
	return Math.round((invoice.total - paid) * (rate ?? 1));
}

export async function replaceLines(context: MutationCtx, invoice: Doc<"invoices">, lines: { description: string; amount: number }[]) {
	await context.db.deleteWhere("invoiceLines", { invoiceId: invoice._id });
	await context.db.insertMany(
		"invoiceLines",
		lines.map((line, position) => ({ ...line, position, invoiceId: invoice._id, orgId: invoice.orgId })),
	);
}

export async function remindersFor(context: QueryCtx, invoiceId: Id<"invoices">) {
	return await context.db.reminders.findMany({ where: { invoiceId }, limit: 20 });
}
