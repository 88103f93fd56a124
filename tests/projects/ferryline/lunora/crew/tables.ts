import { defineTable, v } from "lunorash/server";

export const crewTables = {
  crewMembers: defineTable({
    badge: v.string().unique(),
    employerId: v.id("operators"),
    fullName: v.string(),
    rank: v.string(),
  }).index("by_employer", ["employerId"]),
  operators: defineTable({
    name: v.string(),
    contactId: v.id("crewMembers"),
  }).index("by_contact", ["contactId"]),
};
