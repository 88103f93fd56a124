import { defineMigration } from "lunorash/server";

export const status = defineMigration({
  id: "0002_status",
  table: "inspection",
  up: (doc) => ({ ...doc, status: doc.status ?? "open" }),
});
