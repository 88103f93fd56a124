import { defineSchema, defineTable, v } from "lunorash/server";

const id = v.id;

export default defineSchema({
	workers: defineTable({ name: v.string(), email: v.string().unique(), team: v.string(), hourly: v.number() })
		.global()
		.index("by_team", ["team", "name"]),

	venues: defineTable({ name: v.string(), timezone: v.string(), managerId: id("workers") }).index("by_manager", ["managerId"]),

	shifts: defineTable({
		venueId: v.id("venues"),
		workerId: v.id("workers").nullable(),
		start: v.number(),
		end: v.number(),
		state: v.union(v.literal("open"), v.literal("filled"), v.literal("done")),
		note: v.optional(v.string()),
	})
		.index("by_venue_start", ["venueId", "start"])
		.index("by_worker_start", ["workerId", "start"])
		.index("by_state_start", ["state", "start"])
		.index("by_venue", ["venueId"]),

	swaps: defineTable({
		shiftId: v.id("shifts"),
		fromId: v.id("workers"),
		toId: v.optional(v.id("workers")),
		state: v.string(),
	})
		.index("by_shift", ["shiftId"])
		.index("by_from", ["fromId", "state"]),

	timesheets: defineTable({
		workerId: v.id("workers"),
		shiftId: v.id("shifts"),
		week: v.string(),
		minutes: v.number(),
		approved: v.boolean(),
	})
		.shardBy("workerId")
		.index("by_week", ["workerId", "week"])
		.index("by_shift", ["workerId", "shiftId"]),

	payRuns: defineTable({ week: v.string(), total: v.number(), startedAt: v.number() }).index("by_week", ["week"], { unique: true }),
});
