import { defineSchema, defineTable, v } from "lunorash/server";

export default defineSchema({
    agents: defineTable({ subject: v.string().unique(), name: v.string(), queue: v.string() }),

    tickets: defineTable({
        agentId: v.optional(v.id("agents")),
        customer: v.string(),
        queue: v.string(),
        status: v.string(),
        priority: v.number(),
        mergedInto: v.optional(v.id("tickets")),
    })
        .index("by_agent", ["agentId"])
        .index("by_queue_priority", ["queue", "priority"]),

    replies: defineTable({
        ticketId: v.id("tickets"),
        agentId: v.optional(v.id("agents")),
        text: v.string(),
        internal: v.boolean(),
    })
        .index("by_ticket", ["ticketId"])
        .searchIndex("by_text", { field: "text", filterFields: ["internal"] }),

    macros: defineTable({ shortcut: v.string(), text: v.string(), team: v.string() }).index("by_team_shortcut", [
        "team",
        "shortcut",
    ]),

    surveys: defineTable({ ticketId: v.id("tickets"), score: v.number() }).index("by_ticket", ["ticketId"]),

    feedback: defineTable({ email: v.string(), text: v.string() }),
});
