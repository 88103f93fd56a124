export * from "./crud";
export { oneBy } from "./lookup";
export * as guards from "./guards";
