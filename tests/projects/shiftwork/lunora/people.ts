import { v } from "lunorash/server";

import procs, { internalMutation } from "./lib/procs";
import { findEmployees } from "./lib/payroll-db";
import { internalAction } from "#lunora/_generated/server.js";

const { q: workerQuery } = procs;

export const team = workerQuery.input({ team: v.string() }).query(async ({ ctx, args }) => {
	const { page } = await ctx.db.workers.findMany({ where: { team: args.team }, orderBy: [{ name: "asc" }] });
	return page.map(({ _id, name }) => ({ _id, name }));
});

export const teammates = workerQuery.query(async ({ ctx }) => {
	return ctx.db.query("workers").withIndex("by_team", (q) => q.eq("team", ctx.me.team)).collect();
});

export const venues = workerQuery.query(({ ctx }) => ctx.db.query("venues").withIndex("by_manager", (q) => q.eq("managerId", ctx.workerId)).collect());

export const hire = internalMutation
	.input({ name: v.string(), email: v.string(), team: v.string(), hourly: v.number() })
	.mutation(async ({ ctx, args }) => {
		const taken = await ctx.db.workers.exists({ email: args.email });
		return taken ? null : ctx.db.workers.insert(args);
	});

export const addVenue = internalMutation
	.input({ name: v.string(), timezone: v.string(), managerId: v.id("workers") })
	.mutation(({ ctx, args }) => ctx.db.insert("venues", args));

export const lookUp = internalAction.input({ needle: v.string() }).action(async ({ args: { needle } }) => findEmployees(needle));
