import { defineSchemaExtension, defineTable, v } from "lunorash/server";

export const auditExtension = defineSchemaExtension("audit", {
  tables: {
    actors: defineTable({ userId: v.string().unique() }),
    events: defineTable({ actorId: v.id("actors"), what: v.string() }).index("by_actor", ["actorId"]),
  },
});
