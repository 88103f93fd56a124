import { defineTable, v } from "@lunora/server";
import { byTenant, tenantCols, timestamps } from "./columns";

const role = v.union(v.literal("doctor"), v.literal("nurse"), v.literal("desk"));

export const peopleTables = {
  practices: defineTable({
    name: v.string(),
    slug: v.string().unique(),
    ...timestamps(),
  }),

  staff: defineTable({
    ...tenantCols,
    email: v.string().email(),
    role,
    active: v.boolean(),
    ...timestamps(),
  })
    .index("by_practice_role", byTenant("role"))
    .index("by_email", ["email"], { unique: true }),

  patients: defineTable({
    ...tenantCols,
    fullName: v.string(),
    birthYear: v.number().int(),
    primaryDoctorId: v.optional(v.id("staff")),
    ...timestamps(),
  })
    .index("by_practice_name", byTenant("fullName"))
    .index("by_practice_birth_year", byTenant("birthYear"))
    .index("by_primary_doctor", ["primaryDoctorId"])
    .searchIndex("search_name", { field: "fullName", filterFields: ["practiceId"] }),
};
