import { defineSchema } from "@lunora/server";
import { auditTables } from "./tables/audit";
import { careTables } from "./tables/care";
import { peopleTables } from "./tables/people";

export const schema = defineSchema({
  ...peopleTables,
  ...careTables,
  ...auditTables,
});

export default schema;
