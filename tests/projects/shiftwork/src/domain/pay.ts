import type { QueryCtx } from "@/lunora/_generated/server";

export const weekOf = (at: number) => new Date(at).toISOString().slice(0, 10);

export async function minutesIn(ctx: QueryCtx, workerId: string, week: string) {
	const sheets = await ctx.db
		.query("timesheets")
		.withIndex("by_week", (q) => q.eq("workerId", workerId).eq("week", week))
		.collect();
	return sheets.reduce((sum, sheet) => sum + (sheet.approved ? sheet.minutes : 0), 0);
}

export async function lastRun(ctx: QueryCtx) {
	return (await ctx.db.query("payRuns").order("desc").take(1)).at(0) ?? null;
}
