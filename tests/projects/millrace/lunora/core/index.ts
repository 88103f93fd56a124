export * from "./procs";
export * as names from "./names";
export { Store } from "./store";
