import { v } from "lunorash/server";

import { lastRun, minutesIn, weekOf } from "~domain/pay";

import { addPayslip, payslips } from "./lib/payroll-db";
import { internalAction, internalMutation, internalQuery } from "./lib/procs";

export const week = internalQuery
	.input({ workerId: v.id("workers"), at: v.number() })
	.query(({ ctx, args }) => minutesIn(ctx, args.workerId, weekOf(args.at)));

export const last = internalQuery.query(({ ctx }) => lastRun(ctx));

export const record = internalMutation
	.input({ workerId: v.id("workers"), shiftId: v.id("shifts"), minutes: v.number() })
	.mutation(async ({ ctx, args }) => {
		const db = ctx.db;
		const before = await db.timesheets.findFirst({ where: { workerId: args.workerId, shiftId: args.shiftId } });
		if (before) return db.timesheets.patch(before._id, { minutes: args.minutes });
		return db.timesheets.insert({ ...args, week: weekOf(ctx.now), approved: false });
	});

export const pending = internalQuery.query(async ({ ctx }) => {
	const sheets = await ctx.db.query("timesheets").collect();
	return sheets.length;
});

export const start = internalMutation.input({ week: v.string(), total: v.number() }).mutation(({ ctx, args }) => ctx.db.payRuns.insert({ ...args, startedAt: ctx.now }));

export const publish = internalAction.input({ employee: v.string(), year: v.number(), cents: v.number() }).action(async ({ args }) => {
	const existing = await payslips(args.employee, args.year);
	if (existing.some((p) => p.cents === args.cents)) return;
	await addPayslip(args.employee, args.year, args.cents);
});
