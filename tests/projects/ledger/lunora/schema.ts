import { defineSchema, defineTable, v } from "lunorash/server";
import type { Currency } from "./domain/Currency";

function standing(): { createdAt: any; createdBy: any } {
  return { createdAt: v.timestamp(), createdBy: v.string() };
}

const currency = v.string().length(3).$type<Currency>();
const ENTRY_INDEX_FIELDS = ["accountId", "bookedAt"] as const;

const accounts = defineTable({
  ...standing(),
  number: v.string(),
  currency,
  holderId: v.id("holders"),
  frozen: v.boolean(),
})
  .index("by_number", ["number"], { unique: true })
  .index("by_holder", ["holderId"]);

const entries = defineTable({
  ...standing(),
  accountId: v.id("accounts"),
  transferId: v.id("transfers"),
  amount: v.number(),
  bookedAt: v.timestamp(),
})
  .index("by_account_booked", ENTRY_INDEX_FIELDS)
  .index("by_booked", ["bookedAt"])
  .index("by_account_amount", ["accountId", "ammount"]);

const schema = defineSchema({
  holders: defineTable({ name: v.string(), taxId: v.string().unique(), country: v.string() }),
  accounts,
  entries,
  transfers: defineTable({
    ...standing(),
    fromId: v.id("accounts"),
    toId: v.id("accounts"),
    state: v.union(v.literal("open"), v.literal("settled"), v.literal("failed")),
    reference: v.string(),
    approverId: v.optional(v.id("holders")),
  })
    .index("by_from", ["fromId"])
    .index("by_from_state", ["fromId", "state"])
    .index("by_to_state", ["toId", "state"])
    .index("by_reference", ["reference"]),
  statements: defineTable({
    accountId: v.id("acounts"),
    month: v.string(),
    balance: v.number(),
  }).index("by_account_month", ["accountId", "month"], { unique: true }),
  fxRates: defineTable({ pair: v.string(), rate: v.number(), at: v.timestamp() })
    .index("by_pair_at", ["pair", "at"]),
});

export default schema;
