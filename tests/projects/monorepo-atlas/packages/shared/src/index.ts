export * from "./format";
export { findOpenTasks as openTasksOf, recentActivity } from "./readers";
export { createRow } from "./write-rows";
