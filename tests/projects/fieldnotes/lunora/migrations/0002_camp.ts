import { defineMigration } from "@lunora/server";

export const camp = defineMigration({
  id: "0002_camp",
  table: "site",
  up: (doc) => ({ ...doc, camp: undefined }),
});
