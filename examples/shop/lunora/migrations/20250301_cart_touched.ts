import { defineMigration } from "lunorash/server";

/** `touchedAt` came after the first carts. */
export const cartTouched = defineMigration({
  id: "20250301_cart_touched",
  table: "carts",
  up: (doc) => (doc.touchedAt === undefined ? { ...doc, touchedAt: doc._creationTime } : undefined),
});
