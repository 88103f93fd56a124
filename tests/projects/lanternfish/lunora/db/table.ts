import { defineTable, v } from "lunorash/server";

/** House rule: every table goes through here, so that one day we can add things. */
export const table = <F extends Record<string, unknown>>(fields: F) => defineTable({ ...fields });

export const stamps = () => ({ touchedAt: v.optional(v.number()) });
