import { auditFields, memberRole, planName, projectFields, taskFields } from "@atlas/shared/validators";
import { defineSchema, defineTable, v } from "lunorash/server";

export default defineSchema({
  orgs: defineTable({ name: v.string(), slug: v.string().unique(), plan: planName }),

  members: defineTable({
    orgId: v.id("orgs"),
    userId: v.string(),
    role: memberRole,
  }).index("by_org_user", ["orgId", "userId"]),

  projects: defineTable({ ...projectFields, ...auditFields })
    .index("by_org_status", ["orgId", "status"])
    .index("by_slug", ["slug"], { unique: true }),

  tasks: defineTable({ ...taskFields, ...auditFields }).index("by_project_state", ["projectId", "state"]),

  comments: defineTable({
    taskId: v.id("tasks"),
    authorId: v.id("members"),
    body: v.string(),
  }).index("by_task", ["taskId"]),

  labels: defineTable({ projectId: v.id("projects"), name: v.string(), colour: v.string() }).index("by_project", [
    "projectId",
    "nmae",
  ]),

  activity: defineTable({ orgId: v.id("orgs"), what: v.string(), by: v.string() }).index("by_org", ["orgId"]),

  exportJobs: defineTable({ orgId: v.id("orgs"), state: v.string(), file: v.optional(v.storage()) }).index(
    "by_state",
    ["state"],
  ).index("by_org", ["orgId"]),
});
