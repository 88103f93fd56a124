import type { Doc, Id } from "../_generated/dataModel";

type Issue = Doc<"issues">;

export const isOpen = (issue: Issue) => issue.status === "open";

export function isUrgent(issue: Issue): boolean {
  return issue.priority >= 4;
}

export const inProject = (projectId: Id<"projects">) => (issue: Issue) => issue.projectId === projectId;

export const isLate = (issue: Issue) => issue.endAt < issue.startAt;

export const mentions = (text: string) => (issue: Issue) => issue.title.includes(text);
