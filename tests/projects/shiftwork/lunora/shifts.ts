import { v } from "lunorash/server";

import { assign, coverage, openShifts, overlapping, rotaOf } from "~domain/rota";

import { workerMutation, workerQuery } from "./lib/procs";
import { previewOf } from "./lib/preview";

export const rota = workerQuery
	.input({ venueId: v.id("venues"), from: v.number(), to: v.number() })
	.query(({ args: { venueId, ...window }, ctx }) => rotaOf(ctx, venueId, window));

export const open = workerQuery.query(async ({ ctx: { db, now } }) => openShifts({ db }, now));

export const preview = workerQuery.input({ kinds: v.array(v.string()).max(5) }).query(({ args, ctx }) => previewOf(args.kinds, ctx.now));

export const report = workerQuery.query(async ({ ctx }) => ({ hours: await coverage(ctx) }));

export const take = workerMutation.input({ shiftId: v.id("shifts") }).mutation(async ({ ctx, args }) => {
	const shift = await ctx.db.shifts.get(args.shiftId);
	if (!shift || shift.state !== "open") throw new Error("not open");
	if (await overlapping(ctx, ctx.workerId, shift)) throw new Error("overlap");
	await assign(ctx, args.shiftId, ctx.workerId);
});

export const offerSwap = workerMutation.input({ shiftId: v.id("shifts") }).mutation(async ({ ctx, args }) => {
	const open = await ctx.db.query("swaps").withIndex("by_shift", (q) => q.eq("shiftId", args.shiftId)).collect();
	if (open.length > 3) throw new Error("enough swaps");
	return ctx.db.swaps.insert({ shiftId: args.shiftId, fromId: ctx.workerId, state: "offered" });
});

export const offeredToMe = workerQuery.query(async ({ ctx }) => {
	return ctx.db
		.query("swaps")
		.withIndex("by_from")
		.filter((swap) => swap.toId === ctx.workerId)
		.collect();
});

export const myOffers = workerQuery.input({ state: v.optional(v.string()) }).query(async ({ ctx, args }) => {
	const where: { fromId: string; state?: string } = { fromId: ctx.workerId };
	if (args.state !== undefined) where.state = args.state;
	const { page } = await ctx.db.swaps.findMany({ where });
	return page;
});

export const plan = workerMutation
	.input({ venueId: v.id("venues"), slots: v.array(v.object({ start: v.number(), end: v.number() })).max(60) })
	.mutation(async ({ ctx, args }) => {
		const rows = args.slots.map((slot) => ({ ...slot, venueId: args.venueId, workerId: null, state: "open" as const }));
		return Promise.all(rows.map((row) => ctx.db.insert("shifts", row)));
	});
