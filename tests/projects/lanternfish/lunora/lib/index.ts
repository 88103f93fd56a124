export { jobQuery, keeperMutation, keeperQuery, leadQuery as bossQuery } from "./builders";
export * from "./guards";
export type { AnyReader } from "./readers";
