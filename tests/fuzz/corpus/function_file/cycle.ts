import { a } from "./messages";
export { a as b } from "./messages";
export * from "./messages";
export const a = a;
