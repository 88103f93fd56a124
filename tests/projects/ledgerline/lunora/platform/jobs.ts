import { internal } from "../_generated/internal.js";
import { v } from "../_generated/server.js";
import { adminMutation, adminQuery, systemMutation, systemQuery } from "../lib/builders.js";
import { flagOn } from "../lib/rates.js";

export const _tick = systemMutation.mutation(async ({ ctx }) => {
	const due = await ctx.db
		.query("jobs")
		.withIndex("by_state_run", (q) => q.lte("runAt", ctx.now).eq("state", "queued"))
		.take(25);
	for (const job of due) {
		await ctx.db.jobs.patch(job._id, { state: "running", attempts: job.attempts + 1 });
		await ctx.scheduler.runAfter(0, internal.platform.jobs._run, { id: job._id });
	}
});

export const _run = systemMutation.input({ id: v.id("jobs") }).mutation(async ({ args, ctx }) => {
	const job = await ctx.db.jobs.get(args.id);
	if (!job) return;
	await ctx.db.jobs.patch(job._id, { state: "done" });
});

export const enqueue = adminMutation.input({ kind: v.string(), payload: v.any() }).mutation(async ({ args, ctx }) => {
	if (!(await flagOn(ctx, `jobs.${args.kind}`))) return null;
	return ctx.orm.insert("jobs").values({ ...args, state: "queued", runAt: ctx.now, attempts: 0 });
});

export const dead = adminQuery.query(async ({ ctx }) => {
	return ctx.orm.query.jobs.findMany({ where: { state: "dead" }, limit: 50 });
});

export const ofKind = adminQuery.input({ kind: v.string() }).query(async ({ args, ctx }) => {
	return ctx.orm.query.jobs.findMany({ where: { kind: args.kind } });
});

export const _receive = systemMutation.input({ provider: v.string(), payload: v.any() }).mutation(async ({ args, ctx }) => {
	await ctx.db.insert("webhookEvents", { ...args, status: "new", receivedAt: ctx.now });
});

export const _reprocess = systemMutation.input({ provider: v.string() }).mutation(async ({ args, ctx }) => {
	const { page } = await ctx.db.webhooks.findMany({ where: { provider: args.provider } });
	for (const hook of page) await ctx.db.webhooks.patch(hook._id, { status: "new" });
});

export const _pending = systemQuery.query(async ({ ctx }) => {
	return ctx.db.query("webhooks").withIndex("by_status", (q) => q.eq("status", "new")).collect();
});
