import type { Doc, Id } from "@/lunora/_generated/dataModel";
import type { MutationCtx as WriteContext, QueryCtx as ReadContext } from "@/lunora/_generated/server";

type Window = { from: number; to: number };

export function between(field: string, { from, to }: Window) {
	return <R extends { gte(f: string, v: number): R; lt(f: string, v: number): R }>(range: R) => range.gte(field, from).lt(field, to);
}

export async function rotaOf(context: ReadContext, venueId: Id<"venues">, window: Window) {
	const { db } = context;
	return db
		.query("shifts")
		.withIndex("by_venue_start", (r) => between("start", window)(r.eq("venueId", venueId)))
		.collect();
}

export async function openShifts({ db }: Pick<ReadContext, "db">, after: number) {
	const rows = await db
		.query("shifts")
		.withIndex("by_state_start", (r) => r.eq("state", "open").gte("start", after))
		.take(40);
	return rows.sort((a, b) => a.start - b.start);
}

export async function overlapping(context: ReadContext, workerId: Id<"workers">, { start, end }: Pick<Doc<"shifts">, "start" | "end">) {
	const near = await context.db
		.query("shifts")
		.withIndex("by_worker_start", (r) => r.eq("workerId", workerId).gte("start", start - 12 * 3_600_000).lt("start", end))
		.collect();
	return near.some((s) => s.end > start);
}

export async function coverage(context: ReadContext) {
	const shifts = await context.db.query("shifts").withIndex("by_state_start").collect();
	const byVenue = new Map<string, number>();
	shifts.forEach((s) => byVenue.set(s.venueId, (byVenue.get(s.venueId) ?? 0) + (s.end - s.start)));
	return Object.fromEntries(byVenue);
}

export async function assign(context: WriteContext, shiftId: Id<"shifts">, workerId: Id<"workers"> | null) {
	await context.db.shifts.patch(shiftId, { workerId, state: workerId ? "filled" : "open" });
}

// used by the storybook fixtures
export function busiest(rows: Doc<"shifts">[], venueId: string) {
	return rows.filter((r) => r.venueId === venueId).sort((a, b) => b.end - b.start - (a.end - a.start))[0];
}
