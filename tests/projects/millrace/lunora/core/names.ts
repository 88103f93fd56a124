export enum Table {
  Tasks = "tasks",
  Comments = "comments",
  Projects = "projects",
}

const PREFIX = "by";
export const Index = {
  TaskBoard: `${PREFIX}_org_project_state`,
  Due: `${PREFIX}_state_due`,
} as const satisfies Record<string, string>;
