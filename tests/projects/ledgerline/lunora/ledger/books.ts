import type { Id, MutationCtx, QueryCtx } from "../_generated/server.js";
import { v } from "../_generated/server.js";
import { adminMutation, adminQuery, authQuery } from "../lib/builders.js";

export const chart = adminQuery.query(async ({ ctx }) => {
	const { page } = await ctx.db.accounts.findMany();
	const tree = new Map<string | undefined, string[]>();
	for (const account of page) {
		const siblings = tree.get(account.parentId) ?? [];
		siblings.push(account.code);
		tree.set(account.parentId, siblings);
	}
	return Object.fromEntries(tree);
});

export const tail = adminQuery.input({ limit: v.number() }).query(async ({ args, ctx }) => {
	return ctx.db.query("ledgerEntries").order("desc").take(args.limit);
});

export const tailCapped = authQuery.input({ limit: v.number().max(50) }).query(async ({ args, ctx }) => {
	return ctx.db.query("ledgerEntries").order("desc").take(args.limit);
});

export const tailClamped = authQuery.input({ limit: v.optional(v.number()) }).query(async ({ args, ctx }) => {
	const n = Math.min(args.limit ?? 20, 200);
	return ctx.db.query("ledgerEntries").order("desc").take(n);
});

async function entriesOf(context: QueryCtx, accountId: Id<"accounts">) {
	return context.db
		.query("ledgerEntries")
		.withIndex("by_account_posted", (q) => q.eq("accountId", accountId))
		.collect();
}

export const balance = adminQuery.input({ code: v.string() }).query(async ({ args, ctx }) => {
	const account = await ctx.db.accounts.findFirst({ where: { code: args.code } });
	if (!account) return null;
	let sum = 0;
	for (const entry of await entriesOf(ctx, account._id)) {
		sum += entry.kind === "debit" ? entry.amount : -entry.amount;
	}
	return sum;
});

async function post(context: MutationCtx, accountId: Id<"accounts">, kind: "debit" | "credit", amount: number) {
	await context.db.insert("ledgerEntries", { accountId, kind, amount, postedAt: context.now });
}

export const transfer = adminMutation
	.input({ from: v.id("accounts"), to: v.id("accounts"), amount: v.number().positive() })
	.mutation(async ({ args, ctx }) => {
		await post(ctx, args.from, "credit", args.amount);
		await post(ctx, args.to, "debit", args.amount);
		await ctx.db.auditLog.insert({ actorId: ctx.user._id, action: "transfer", entity: args.from, at: ctx.now });
	});

export const openAccount = adminMutation
	.input({ code: v.string(), kind: v.string(), currency: v.string(), parentId: v.optional(v.id("accounts")) })
	.mutation(({ args, ctx }) => ctx.db.accounts.insert(args));

export const bigDebits = adminQuery.input({ above: v.number() }).query(async ({ args, ctx }) => {
	const all = await ctx.db.query("ledgerEntries").collect();
	return all.filter((entry) => entry.kind === "debit" && entry.amount > args.above);
});
