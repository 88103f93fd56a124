import { defineTable, v } from "lunorash/server";

const stamped = (shape: Record<string, any>) => defineTable({ ...shape, createdBy: v.string() });

const songs = stamped({
	title: v.string(),
	composer: v.string(),
	key: v.string(),
	minutes: v.number(),
	arrangementOf: v.optional(v.id("songs")),
})
	.index("by_title", ["title"])
	.index("by_title_key", ["title", "key"])
	.index("by_arrangement", ["arrangementOf"])
	.searchIndex("find_title", { field: "title", filterFields: ["composer"] });

const rehearsals = defineTable({
	day: v.string(),
	sectionId: v.id("sections"),
	room: v.string(),
	songIds: v.array(v.id("songs")),
})
	.index("by_day", ["day"])
	.index("by_section_day", ["sectionId", "day"]);

const attendance = stamped({
	rehearsalId: v.id("rehearsals"),
	memberId: v.id("members"),
	present: v.boolean(),
})
	.index("by_rehearsal_member", ["rehearsalId", "memberId"], { unique: true })
	.index("by_member", ["memberId"]);

export const music = { songs, rehearsals, attendance };
