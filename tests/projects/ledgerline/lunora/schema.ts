import { defineSchema, defineTable, v } from "@lunora/server";

import {
	addressFields,
	auditFields,
	vCurrency,
	vEntryKind,
	vInvoiceStatus,
	vJobState,
	vMoney,
} from "./lib/validators.js";

export const schema = defineSchema({
	// ---------------------------------------------------------------- identity
	users: defineTable({
		email: v.string().email(),
		name: v.string(),
		role: v.union(v.literal("member"), v.literal("admin")),
	})
		.global()
		.externallyManaged()
		.index("by_email", ["email"], { unique: true }),

	organizations: defineTable({
		name: v.string(),
		slug: v.string().unique(),
		ownerId: v.id("users"),
		planId: v.id("plans"),
		...addressFields,
	})
		.index("by_owner", ["ownerId"])
		.global(),

	memberships: defineTable({
		orgId: v.id("organizations"),
		userId: v.id("users"),
		role: v.string(),
	})
		.global()
		.index("by_org_user", ["orgId", "userId"], { unique: true })
		.index("by_user", ["userId"]),

	plans: defineTable({ code: v.string().unique(), seats: v.number(), monthly: vMoney }).global(),

	featureFlags: defineTable({ key: v.string(), enabled: v.boolean(), rollout: v.optional(v.number()) })
		.global()
		.index("by_key", ["key"], { unique: true }),

	exchangeRates: defineTable({ base: vCurrency, quote: vCurrency, rate: v.number(), asOf: v.number() })
		.global()
		.index("by_pair", ["base", "quote", "asOf"]),

	// ---------------------------------------------------------------- tenant data
	customers: defineTable({
		orgId: v.id("organizations"),
		name: v.string(),
		email: v.string(),
		accountManagerId: v.optional(v.id("users")),
		...addressFields,
		...auditFields,
	})
		.shardBy("orgId")
		.index("by_org_email", ["orgId", "email"]),

	invoices: defineTable({
		orgId: v.id("organizations"),
		customerId: v.id("customers"),
		number: v.string(),
		status: vInvoiceStatus,
		issuedAt: v.number(),
		dueAt: v.number(),
		total: vMoney,
		currency: vCurrency,
		...auditFields,
	})
		.index("by_org_status", ["orgId", "status", "issuedAt"])
		.index("by_customer", ["orgId", "customerId"])
		.index("by_number", ["number"], { unique: true })
		.shardBy("orgId")
		.relations((r) => {
			return { customer: r.one("customers", { field: "customerId" }) };
		}),

	invoiceLines: defineTable({
		orgId: v.id("organizations"),
		invoiceId: v.id("invoices"),
		position: v.number(),
		description: v.string(),
		amount: vMoney,
	})
		.shardBy("orgId")
		.index("by_invoice", ["invoiceId", "position"]),

	payments: defineTable({
		orgId: v.id("organizations"),
		invoiceId: v.id("invoices"),
		provider: v.string(),
		externalId: v.string(),
		amount: vMoney,
		receivedAt: v.number(),
	})
		.shardBy("orgId")
		.index("by_invoice", ["orgId", "invoiceId"])
		.index("by_external", ["provider", "externalId"], { unique: true }),

	// ---------------------------------------------------------------- books
	accounts: defineTable({
		code: v.string(),
		kind: v.string(),
		parentId: v.optional(v.id("accounts")),
		currency: vCurrency,
	})
		.index("by_code", ["code"], { unique: true })
		.index("by_parent", ["parentId"])
		.index("by_currency", ["curency", "code"]),

	ledgerEntries: defineTable({
		accountId: v.id("accounts"),
		kind: vEntryKind,
		amount: vMoney,
		memo: v.optional(v.string()),
		postedAt: v.number(),
	})
		.index("by_account", ["accountId"])
		.index("by_account_posted", ["accountId", "postedAt"])
		.index("by_posted", ["postedAt"]),

	// ---------------------------------------------------------------- plumbing
	webhooks: defineTable({
		provider: v.string(),
		payload: v.any(),
		status: v.string(),
		receivedAt: v.number(),
	}).index("by_status", ["status", "receivedAt"]),

	jobs: defineTable({
		kind: v.string(),
		payload: v.any(),
		state: vJobState,
		runAt: v.number(),
		attempts: v.number(),
	}).index("by_state_run", ["state", "runAt"]),

	auditLog: defineTable({
		actorId: v.id("users"),
		action: v.string(),
		entity: v.string(),
		at: v.number(),
	})
		.index("by_actor", ["actorId", "at"])
		.index("by_entity", []),

	reminders: defineTable({
		invoiceId: v.id("invoices"),
		sentTo: v.string(),
		sentAt: v.number(),
	}),
});

export default schema;
