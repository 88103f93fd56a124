import { v } from "@lunora/server";

export const tenantCols = {
  practiceId: v.id("practices"),
};

export function timestamps() {
  return {
    createdAt: v.timestamp().defaultNow(),
    updatedAt: v.timestamp().defaultNow(),
  };
}

/** Every list in the product is scoped to a practice, so every index starts there. */
export const byTenant = <const C extends string>(...cols: C[]) => ["practiceId", ...cols] as const;
