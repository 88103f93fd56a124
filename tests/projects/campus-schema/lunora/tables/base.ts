import { defineTable, type Validator } from "lunorash/server";
import { tenantRef, timestamps } from "../fields";

/** Every table of a tenant carries the tenant and both timestamps. */
export function tenantTable<F extends Record<string, Validator>>(fields: F) {
  return defineTable({ tenantId: tenantRef, ...timestamps, ...fields }).index("by_tenant", ["tenantId"]);
}

export const plainTable = <F extends Record<string, Validator>>(fields: F) => defineTable({ ...fields });
