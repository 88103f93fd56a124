import { defineSchema, defineTable, v } from "lunorash/server";

const owned = { userId: v.string() };

export default defineSchema({
  accounts: defineTable({ ...owned, name: v.string() }).index("by_user", ["userId"]),
  addresses: defineTable({ ...owned, city: v.string() }).index("by_user", ["userId"]),
  importRows: defineTable({ batch: v.string(), raw: v.string() }).index("by_batch", ["batch"]),
  carts: defineTable({ ...owned, open: v.boolean() })
    .index("by_user", ["userId"])
    .triggers((t) => ({
      log: t.afterInsert(async (ctx, event) => {
        await ctx.db.insert("auditLog", { what: "cart", at: event.doc._creationTime });
      }),
    })),
  cartLines: defineTable({ cartId: v.id("carts"), sku: v.string(), quantity: v.number() }).index("by_cart", ["cartId"]),
  auditLog: defineTable({ what: v.string(), at: v.number() }),
  preferences: defineTable({ userId: v.string().unique(), theme: v.string() }),
  exchangeRates: defineTable({ currency: v.string().unique(), rate: v.number() }),
  ledger: defineTable({ accountId: v.id("accounts"), cents: v.number() }).index("by_account", ["accountId"]),
  notes: defineTable({ accountId: v.id("accounts"), text: v.string() }).index("by_account", ["accountId"]),
  reminders: defineTable({ accountId: v.id("accounts"), dueAt: v.number() }).index("by_account", ["accountId"]),
  todos: defineTable({ ...owned, text: v.string() }).index("by_user", ["userId"]),
  webhooks: defineTable({ source: v.string(), body: v.string() }).index("by_source", ["source"]),
  events: defineTable({ kind: v.string() }).index("by_kind", ["kind"]),
  counters: defineTable({ name: v.string(), value: v.number() }).index("by_name", ["name"]),
  badges: defineTable({ name: v.string(), value: v.number() }).index("by_name", ["name"]),
  plans: defineTable({ code: v.string(), cents: v.number() }).index("by_code", ["code"]),
  vouchers: defineTable({ code: v.string(), cents: v.number() }).index("by_code", ["code"]),
  receipts: defineTable({ number: v.string() }).index("by_number", ["number"]),
  tickets: defineTable({ subject: v.string(), state: v.string() }).index("by_state", ["state"]),
  inbox: defineTable({ text: v.string() }),
  outbox: defineTable({ text: v.string() }),
  snapshots: defineTable({ day: v.string() }).index("by_day", ["day"]),
  holidays: defineTable({ day: v.string() }).index("by_day", ["day"]),
  orphans: defineTable({ day: v.string() }).index("by_day", ["day"]),

  // filled by the auth adapter
  sessions: defineTable({ token: v.string() }).index("by_token", ["token"]).externallyManaged(),
  // mirrored from the CRM
  crmContacts: defineTable({ email: v.string(), name: v.string() })
    .index("by_email", ["email"])
    .source({ binding: "CRM", query: "select id, email, name from contacts" }),

  invoices: defineTable({ accountId: v.id("accounts"), state: v.string() }).index("by_account", ["accountId"]),
  refunds: defineTable({ invoiceId: v.id("invoices"), cents: v.number() }).index("by_invoice", ["invoiceId"]),
  tiers: defineTable({ name: v.string() }).index("by_name", ["name"]),
  legacyUsers: defineTable({ email: v.string() }).index("by_email", ["email"]),
});
