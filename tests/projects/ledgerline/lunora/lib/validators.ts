import { v } from "../_generated/server.js";

export const vMoney = v.number().int();
export const vCurrency = v.string().length(3);
export const vInvoiceStatus = v.union(v.literal("draft"), v.literal("sent"), v.literal("paid"), v.literal("void"));
export const vJobState = v.union(v.literal("queued"), v.literal("running"), v.literal("done"), v.literal("dead"));
export const vEntryKind = v.union(v.literal("debit"), v.literal("credit"));

/** Pagination that every list endpoint shares. */
export const pageArgs = {
	cursor: v.optional(v.string()),
	limit: v.optional(v.number().int().min(1).max(100)),
};

export const addressFields = {
	street: v.optional(v.string()),
	city: v.optional(v.string()),
	country: v.optional(v.string().length(2)),
};

export const auditFields = {
	createdBy: v.string(),
	updatedAt: v.number(),
};
