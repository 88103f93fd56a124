import { defineMigration } from "lunorash/server";

/** Plants from before the interval was theirs get the one that the app assumed. */
export const plantInterval = defineMigration({
  id: "0001_plant_interval",
  table: "plants",
  up: (doc) => (doc.everyDays === undefined ? { ...doc, everyDays: 7 } : undefined),
  batchSize: 200,
});
