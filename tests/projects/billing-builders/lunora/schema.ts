import { defineSchema, defineTable, v } from "lunorash/server";

export const schema = defineSchema({
	accounts: defineTable({
		name: v.string(),
		ownerId: v.id("people"),
		plan: v.string(),
	}).index("by_owner", ["ownerId"]),

	people: defineTable({
		subject: v.string(),
		email: v.string().email(),
		accountId: v.optional(v.id("accounts")),
		roles: v.array(v.string()),
	}).index("by_email", ["email"]),

	customers: defineTable({
		accountId: v.id("accounts"),
		name: v.string(),
		country: v.string(),
		vat: v.string().nullable(),
	})
		.index("by_account_country", ["accountId", "country"])
		.index("by_account_name", ["accountId", "name"]),

	invoices: defineTable({
		accountId: v.id("accounts"),
		customerId: v.id("customers"),
		number: v.string(),
		state: v.union(v.literal("open"), v.literal("paid"), v.literal("void")),
		dueAt: v.timestamp(),
		total: v.number(),
	})
		.index("by_account_state_due", ["accountId", "state", "dueAt"])
		.index("by_customer", ["customerId"])
		.index("by_number", ["number"], { unique: true }),

	payments: defineTable({
		invoiceId: v.id("invoices"),
		receivedAt: v.timestamp(),
		amount: v.number(),
		method: v.string(),
	})
		.index("by_invoice", ["invoiceId"])
		.index("by_invoice_received", ["invoiceId", "receivedAt"]),

	sessions: defineTable({
		personId: v.id("people"),
		token: v.string().unique(),
		seenAt: v.number(),
	})
		.index("by_person", ["personId"])
		.externallyManaged(),

	exchangeRates: defineTable({
		currency: v.string().unique(),
		rate: v.number(),
	}),
});

export default schema;
