import { defineMigration } from "lunorash/server";

export const fees = defineMigration({
  id: "0001_fees",
  table: "visits",
  up: (visit) => ({ ...visit, fee: visit.fee ?? 0 }),
});

export const states = defineMigration({
  id: "0002_states",
  table: "visitz",
  up: (visit) => ({ ...visit, state: visit.state ?? "open" }),
  batchSize: 100,
});
