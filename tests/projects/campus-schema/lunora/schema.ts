import { auditTable } from "@acme/lunora-audit";
import { geoColumns } from "@acme/lunora-geo";
import { paymentExtension } from "@lunora/payment";
import { defineSchema, defineSchemaExtension, defineTable, v } from "lunorash/server";
import { tenantRef, timestamps, userRef } from "./fields";
import { billingTables } from "./tables/billing";
import { courses, decks, lessons as lessonTable } from "./tables/content";

const ENROLMENT_KEY = ["tenantId", "userId", "courseId"] as const;

const users = (defineTable({
  email: v.string().email().unique(),
  name: v.string(),
  homeTenant: v.optional(tenantRef),
  mentorId: v.optional(userRef),
}).index("by_mentor", ["mentorId"])) as any;

const tenants = defineTable({ name: v.string(), domain: v.string().unique() });

const rooms = defineTable({ topic: v.string(), host: v.string() }).index("by_host", ["host"]);

export const schema = defineSchema({
  users,
  tenants,
  courses,
  lessons: lessonTable,
  decks,
  ...billingTables,
  enrolments: defineTable({
    tenantId: tenantRef,
    userId: userRef,
    courseId: v.id("courses"),
    ...timestamps,
  })
    .index("by_tenant_user_course", [...ENROLMENT_KEY], { unique: true })
    .index("by_user", ["userId"])
    .index("by_course", ["courseId"]),
  venues: defineTable({ ...geoColumns(), name: v.string() }).index("by_region", ["regionCode"]),
  auditLog: auditTable,
})
  .extend(paymentExtension)
  .extend(
    defineSchemaExtension("presence", {
      tables: {
        rooms,
        visitors: defineTable({ roomId: v.id("rooms"), who: v.string(), seenAt: v.number() }).index("by_room", ["roomId"]),
      },
    }),
  );

export default schema;
