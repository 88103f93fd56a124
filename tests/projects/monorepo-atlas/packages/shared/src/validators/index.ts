import { v } from "lunorash/server";

export * from "./roles";

export const auditFields = {
  createdBy: v.string(),
  archived: v.boolean(),
};

export const projectFields = {
  orgId: v.id("orgs"),
  title: v.string().min(1).max(120),
  slug: v.string(),
  status: v.union(v.literal("active"), v.literal("paused"), v.literal("done")),
};

export const taskFields = {
  projectId: v.id("projects"),
  title: v.string(),
  state: v.string(),
  assigneeId: v.optional(v.id("members")),
  dueAt: v.optional(v.timestamp()),
};
