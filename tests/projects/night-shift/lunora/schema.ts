import { defineSchema, defineTable, v } from "lunorash/server";

export default defineSchema({
  customers: defineTable({ name: v.string(), email: v.string().unique(), plan: v.string() }),

  invoices: defineTable({
    customerId: v.id("customers"),
    state: v.string(),
    dueAt: v.timestamp(),
    cents: v.number(),
  })
    .index("by_customer", ["customerId"])
    .index("by_state_due", ["state", "dueAt"])
    .triggers((t) => ({
      settle: t.afterUpdate(async (ctx, event) => {
        if (event.doc.state !== "paid") return;
        const open = await ctx.db.findMany("reminders", { where: { channel: "mail" } });
        for (const reminder of open.page) await ctx.db.delete(reminder._id);
      }),
    })),

  reminders: defineTable({ invoiceId: v.id("invoices"), channel: v.string(), sentAt: v.timestamp() }).index("by_invoice", [
    "invoiceId",
  ]),

  deliveries: defineTable({
    reminderId: v.optional(v.id("reminders")),
    status: v.string(),
    attempts: v.number(),
  }).index("by_status", ["status"]),

  connections: defineTable({ userId: v.string(), openedAt: v.timestamp(), closed: v.boolean() }).index("by_user", ["userId"]),
  digests: defineTable({ day: v.string(), lines: v.number() }).index("by_day", ["day"]),
  metrics: defineTable({ name: v.string(), value: v.number() }).index("by_name", ["name"]),
  locks: defineTable({ name: v.string().unique(), until: v.timestamp() }),
});
