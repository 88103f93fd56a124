import { defineTable, v } from "lunorash/server";

const SECTION_INDEX = ["sectionId", "name"] as const;

export const members = defineTable({
	email: v.string().email().unique(),
	name: v.string(),
	sectionId: v.id("sections"),
	joinedOn: v.string(),
})
	.index("by_section_name", SECTION_INDEX)
	.relations((r) => ({ trail: r.many("log_entries", { field: "actor", references: "email" }) }));

export const sections = defineTable({
	name: v.string(),
	leaderId: v.id("members").nullable(),
}).index("by_leader", ["leaderId"]);
