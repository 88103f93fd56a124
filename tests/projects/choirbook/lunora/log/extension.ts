import { defineSchemaExtension, defineTable, v } from "lunorash/server";

export const logExtension = defineSchemaExtension("log", {
	tables: {
		entries: defineTable({
			actor: v.string(),
			what: v.string(),
			parentId: v.optional(v.id("entries")),
		})
			.index("by_actor", ["actor"])
			.index("by_parent", ["parentId"])
			.relations((r) => ({ parent: r.one("entries", { field: "parentId" }) })),
	},
});
