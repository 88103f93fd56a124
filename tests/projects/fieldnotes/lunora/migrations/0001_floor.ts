import { defineMigration } from "@lunora/server";

export const floor = defineMigration({
  id: "0001_floor",
  table: "sightings",
  up: (doc) => ({ ...doc, floor: doc.floor ?? 0 }),
});
