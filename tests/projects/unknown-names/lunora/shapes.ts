import { defineShape } from "lunorash/server";

import { v } from "./_generated/server";

export const agenda = defineShape({
  table: "visits",
  args: { doctorId: v.id("doctors") },
  columns: ["startsAt", "state", "nots"],
  where: (_ctx, args) => ({ doctorId: args.doctorId }),
});

export const letters = defineShape({
  table: "letters",
  args: { patientId: v.id("patients") },
  columns: ["_id", "body", "trashedAt"],
  where: (_ctx, args) => ({ patientId: args.patientId }),
});
