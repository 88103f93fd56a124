import { defineSchema, defineTable, v } from "@lunora/server";
import { minutes } from "./lib/minutes";

const accounts = defineTable({
  ownerId: v.string(),
  name: v.string(),
  currency: v.string(),
  balance: v.number(),
}).index("by_owner_currency", ["ownerId", "currency"]);

export default defineSchema({
  accounts,

  entries: defineTable({
    accountId: v.id("accounts"),
    counterpartId: v.optional(v.id("accounts")),
    tagId: v.optional(v.id("tags")),
    day: v.string(),
    cents: v.number().int(),
    memo: v.string(),
  })
    .index("by_account_day", ["accountId", "day"])
    .index("by_tag_day", ["tagId", "day"])
    .relations((r) => ({ account: r.one("accounts", { field: "accountId" }), tag: r.one("tags", { field: "tagId", onDelete: "set null" }) })),

  tags: defineTable({ label: v.string().unique(), colour: v.string() }).relations((r) => ({ entries: r.many("entries", { field: "tagId" }) })),

  budgets: defineTable({ accountId: v.id("accounts").unique(), cents: v.number().int() }),

  archive: defineTable({ year: v.number(), blob: v.string() }).index("by_year", ["year"]),

  snapshots: defineTable({ key: v.string().unique(), ...minutes }).global(),

  pulses: defineTable({ deviceId: v.string(), beat: v.number() }).global().shardBy("deviceId"),

  statements: defineTable({ iban: v.string(), cents: v.number(), changed_at: v.number() }).source({
    binding: "BANK",
    query: "select id, iban, cents, changed_at from statements where changed_at > $1",
    mode: "incremental",
    cursor: "changed_at",
  }),

  mandates: defineTable({ iban: v.string(), gone: v.boolean(), changed_at: v.number() }).source({
    binding: "BANK",
    query: "select id, iban, gone, changed_at from mandates where changed_at > $1",
    mode: "incremental",
    cursor: "changed_at",
    softDeleteColumn: "gone",
  }),

  fx: defineTable({ pair: v.string(), rate: v.number() }).global().source({ binding: "BANK", query: "select id, pair, rate from fx" }),

  branches: defineTable({ bankId: v.string(), city: v.string() }).shardBy("bankId").source({
    binding: "BANK",
    query: "select id, bank_id, city from branches",
  }),
});
