import { defineMigration } from "lunorash/server";

import { internalMutation, v } from "../_generated/server";

export const lowerCase = defineMigration({
  id: "0004_lower_case",
  table: "legacyUsers",
  up: (user) => ({ ...user, email: user.email.toLowerCase() }),
});

export const seedHolidays = internalMutation
  .input({ days: v.array(v.string()) })
  .mutation(async ({ ctx, args: { days } }) => {
    const { db } = ctx;
    for (const day of days) await db.insert("holidays", { day });
    const first = await db.query("snapshots").withIndex("by_day").first();
    if (!first) await db["insert"]("snapshots", { day: days[0] });
  });
