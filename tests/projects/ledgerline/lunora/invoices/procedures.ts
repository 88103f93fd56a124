import { LunoraError, rateLimit } from "@lunora/server";

import { v } from "../_generated/server.js";
import { orgMutation, orgQuery } from "../lib/builders.js";
import { pageArgs, vCurrency, vInvoiceStatus } from "../lib/validators.js";
import { issuedInMonth, issuedSince, openBalance, remindersFor, replaceLines, withLines } from "./helpers.js";

const vDirection = v.union(v.literal("asc"), v.literal("desc"));

export const list = orgQuery
	.input({ ...pageArgs, status: v.optional(vInvoiceStatus), direction: v.optional(vDirection) })
	.query(async ({ args, ctx }) => {
		const { status, direction, ...page } = args;
		return ctx.db.invoices.findMany({
			...page,
			where: { orgId: ctx.orgId, ...(status ? { status } : {}) },
			orderBy: [{ createdAt: direction ?? "desc" }],
		});
	});

export const byStatus = orgQuery
	.use(rateLimit("invoices"))
	.input({ ...pageArgs, status: vInvoiceStatus })
	.query(({ args: { status, ...page }, ctx }) =>
		ctx.db.invoices.findMany({
			...page,
			where: { orgId: ctx.orgId, status },
			orderBy: [{ issuedAt: "desc" }, { _creationTime: "desc" }],
		}),
	);

export const recent = orgQuery.input({ days: v.number().max(90) }).query(async ({ args, ctx }) => {
	const rows = await issuedSince(ctx, ctx.orgId, ctx.now - args.days * 86_400_000);
	return withLines(ctx, rows);
});

export const monthTotals = orgQuery
	.input({ from: v.number(), to: v.number() })
	.output(v.object({ sent: v.number(), paid: v.number() }))
	.query(async ({ args, ctx }) => {
		const [sent, paid] = await Promise.all([
			issuedInMonth(ctx, ctx.orgId, "sent", args.from, args.to),
			issuedInMonth(ctx, ctx.orgId, "paid", args.from, args.to),
		]);
		return { sent: sent.length, paid: paid.length };
	});

export const detail = orgQuery.input({ id: v.id("invoices"), currency: vCurrency }).query(async ({ args, ctx }) => {
	const invoice = await ctx.db.invoices.get(args.id);
	if (!invoice || invoice.orgId !== ctx.orgId) throw new LunoraError("NOT_FOUND");
	const [balance, reminders] = await Promise.all([
		openBalance(ctx, invoice, args.currency),
		remindersFor(ctx, invoice._id),
	]);
	return { invoice, balance, reminders: reminders.page };
});

export const create = orgMutation
	.input({
		customerId: v.id("customers"),
		number: v.string(),
		currency: vCurrency,
		lines: v.array(v.object({ description: v.string(), amount: v.number() })).max(200),
	})
	.mutation(async ({ args, ctx }) => {
		const { lines, ...fields } = args;
		const total = lines.reduce((sum, l) => sum + l.amount, 0);
		const id = await ctx.db.invoices.insert({
			...fields,
			orgId: ctx.orgId,
			status: "draft",
			issuedAt: ctx.now,
			dueAt: ctx.now + 30 * 86_400_000,
			total,
			createdBy: ctx.user._id,
			updatedAt: ctx.now,
		});
		const invoice = await ctx.db.invoices.get(id);
		await replaceLines(ctx, invoice!, lines);
		return id;
	});

export const remind = orgMutation.input({ id: v.id("invoices") }).mutation(async ({ args, ctx }) => {
	const customer = await ctx.db.customers.findFirst({ where: { orgId: ctx.orgId, email: "billing@example.com" } });
	await ctx.db.reminders.insert({ invoiceId: args.id, sentTo: customer?.email ?? "", sentAt: ctx.now });
});
