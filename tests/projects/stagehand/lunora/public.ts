export { list, byGenre } from "./shows";
export * as box from "./tickets";
