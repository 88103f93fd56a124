import { defineSchemaExtension, defineTable, v } from "lunorash/server";

export const auditExtension = defineSchemaExtension("audit", {
    tables: {
        entries: defineTable({
            workspaceId: v.id("workspaces"),
            actorId: v.id("users"),
            action: v.string(),
            subject: v.string(),
            at: v.timestamp(),
        })
            .index("by_workspace_at", ["workspaceId", "at"])
            .index("by_actor", ["actorId"]),
    },
});
