import { defineMigration } from "lunorash/server";

export const weights = defineMigration({
  id: "001_weights",
  table: "specimens",
  up: (doc) => ({ ...doc, grams: doc.grams ?? 0 }),
});
