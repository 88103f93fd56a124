export * from "./builders";
export { c as core } from "./core";
export { whoami as currentPerson } from "./auth";
