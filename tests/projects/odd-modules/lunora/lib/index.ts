export * from "./reads";
export * from "./writes";
export * as parity from "./even";
export { default as cookNamed, default as cookCalled } from "./cook-named";
