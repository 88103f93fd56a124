import { defineMigration } from "lunorash/server";

export const customerNames = defineMigration({
  id: "20240611_customer_names",
  table: "customers",
  up: (doc) => (doc.fullName ? undefined : { ...doc, fullName: `${doc.firstName} ${doc.lastName}`.trim() }),
});
