export * from "./common";
export { cover as coverField } from "./media";
