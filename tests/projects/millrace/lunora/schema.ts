import { defineSchema, defineTable, v } from "@lunora/server";
import { orgTable } from "./core/org-table";

const due = v.number().nullable();

export default defineSchema({
  orgs: defineTable({ slug: v.string().unique(), name: v.string(), plan: v.string() }).global(),
  users: defineTable({ subject: v.string().unique(), email: v.string(), name: v.string() })
    .global()
    .index("by_email", ["email"], { unique: true }),
  members: orgTable({ userId: v.id("users"), role: v.string() }).index("by_org_user", ["orgId", "userId"], { unique: true }),
  projects: orgTable({ key: v.string(), title: v.string(), archived: v.boolean() })
    .index("by_key", ["key"], { unique: true })
    .index("by_archived", ["archived"])
    .relations((r) => ({ tasks: r.many("tasks", { field: "projectId" }) })),
  tasks: orgTable({
    projectId: v.id("projects"),
    assigneeId: v.optional(v.id("users")),
    blockedBy: v.array(v.id("tasks")),
    state: v.string(),
    dueAt: due,
    title: v.string(),
  })
    .index("by_org_project_state", ["orgId", "projectId", "state"])
    .index("by_assignee_due", ["assigneeId", "dueAt"])
    .index("by_state_due", ["state", "dueAt"])
    .relations((r) => {
      return {
        project: r.one("projects", { field: "projectId", onDelete: "cascade" }),
        comments: r.many("comments", { field: "taskId" }),
      };
    }),
  comments: orgTable({ taskId: v.id("tasks"), authorId: v.id("users"), body: v.string() })
    .index("by_task", ["taskId"])
    .index("by_author", ["authorId"])
    .softDelete({ field: "removedAt" }),
  heartbeats: defineTable({ name: v.string().unique(), at: v.number(), beats: v.number() }),
}).jurisdiction("eu");
