import { defineTable, v } from "@lunora/server";

export const auditTables = {
  // Filled by the nightly registry sync, see infra/registry.
  drugCatalogue: defineTable({
    code: v.string().unique(),
    label: v.string(),
    controlled: v.boolean(),
  }).externallyManaged(),

  auditLog: defineTable({
    actor: v.string(),
    action: v.string(),
    subject: v.string(),
    at: v.timestamp(),
  }).index("by_actor_at", ["actor", "at"]),
};
