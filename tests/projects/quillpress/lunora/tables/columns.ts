import { defineTable, v } from "@lunora/server";

export const timestamps = () => ({
  createdAt: v.number(),
  updatedAt: v.optional(v.number()),
});

export function siteTable<Shape extends Record<string, unknown>>(shape: Shape) {
  return defineTable({ siteId: v.id("sites"), ...shape });
}

export const POST_SEARCH = { field: "body", filterFields: ["siteId"] } as const;
