import { mutation as openMutation, v } from "./_generated/server";
import { core, jobMutation, memberMutation, memberQuery, staffQuery } from "./lib";

export const overdue = memberQuery.input({ accountId: v.id("accounts") }).query(async ({ ctx, args }) => {
	return await ctx.db
		.query("invoices")
		.withIndex("by_account_state_due", (q) =>
			q.eq("accountId", args.accountId).eq("state", "open").lt("dueAt", ctx.now),
		)
		.collect();
});

export const dueBetween = memberQuery
	.input({ accountId: v.id("accounts"), from: v.number(), to: v.number() })
	.query(async ({ ctx, args }) => {
		return await ctx.db
			.query("invoices")
			.withIndex("by_account_state_due", (q) =>
				q.eq("accountId", args.accountId).gte("dueAt", args.from).lt("dueAt", args.to),
			)
			.collect();
	});

export const ledger = core.query.query(async ({ ctx: { db } }) => {
	return await db.query("invoices").collect();
});

export const byNumber = core.query
	.input({ number: v.string() })
	.query(async ({ ctx, args }) =>
		ctx.db
			.query("invoices")
			.withIndex("by_number", (q) => q.eq("number", args.number))
			.unique(),
	);

export const large = (staffQuery as any)
	.input({ floor: v.number() })
	.query(async ({ ctx, args }: any) => {
		const rows = await ctx.db.query("invoices").filter((i: any) => i.total >= args.floor).collect();
		return rows;
	});

export const ofCustomer = staffQuery!.input({ customerId: v.id("customers") }).query(async ({ ctx, args }) => {
	const { page } = await ctx.db.invoices.findMany({
		where: { customerId: args.customerId },
		limit: 100,
	});
	return page;
});

const settlements = memberQuery.query(async ({ ctx }) => ctx.db.query("payments").collect());

export const previews = {
	settlements,
	unpaid: memberQuery.query(async ({ ctx }) => ctx.db.query("invoices").filter((i) => i.state === "open").collect()),
};

export const create = memberMutation
	.input({ accountId: v.id("accounts"), customerId: v.id("customers"), number: v.string(), total: v.number() })
	.mutation(async ({ ctx, args }) => {
		return await ctx.db.insert("invoices", { ...args, state: "open", dueAt: ctx.now + 14 * 86_400_000 });
	});

export const pay = memberMutation
	.input({ invoiceId: v.id("invoices"), amount: v.number(), method: v.string() })
	.mutation(async ({ ctx, args }) => {
		await ctx.db.payments.insert({ ...args, receivedAt: ctx.now });
		const paid = await ctx.db
			.query("payments")
			.withIndex("by_invoice", (q) => q.eq("invoiceId", args.invoiceId))
			.order("desc")
			.collect();
		const latest = paid[0];
		const sum = paid.reduce((acc, p) => acc + p.amount, 0);
		return { latest, sum };
	});

export const snapshot = jobMutation.input({ label: v.string() }).mutation(async ({ ctx, args }) => {
	let total = 0;
	for await (const row of ctx.db.query("invoices").withIndex("by_account_state_due")) {
		total += row.total;
	}
	ctx.log.info(`${args.label}: ${total}`);
	return total;
});

export const signUp = openMutation
	.input({ subject: v.string(), email: v.string().email() })
	.mutation(({ ctx, args }) => ctx.db.people.insert({ ...args, roles: [] }));
