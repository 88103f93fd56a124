import { defineSchema, v } from "lunorash/server";
import * as lab from "@db/lab-tables";
import { people } from "@db/people-tables";
import { table, stamps } from "@db/table";

const RUN_FIELDS = ["state", "dueAt"] as const;

const { tanks, specimens, feedings } = lab;

export const schema = defineSchema({
  ...people,
  tanks,
  specimens: specimens!,
  feedings: feedings as typeof lab.feedings,
  ["alerts"]: lab["alerts"],
  species: table({ latin: v.string().unique(), common: v.string().nullable() }).global(),
  runs: table({ key: v.string(), state: v.string(), dueAt: v.number(), attempts: v.number().default(0), ...stamps() })
    .index("by_key", ["key"], { unique: true })
    .index("by_state_due", RUN_FIELDS)
    .index("by_touched", ["touchedAt"]),
});

export { schema as default };
