import { defineSchema, defineTable, v } from "lunorash/server";

const contact = v.object({ email: v.string(), phone: v.string(), referrer: v.optional(v.id("doctors")) });

export default defineSchema({
  clinics: defineTable({ name: v.string(), city: v.string() }).index("by_city", ["city"]).global(),

  doctors: defineTable({
    clinicId: v.id("clinic"),
    name: v.string(),
    specialty: v.string(),
    rating: v.number(),
  })
    .index("by_clinic", ["clinicId"])
    .index("by_specialty", ["specialty", "rating"]),

  patients: defineTable({
    doctorId: v.id("doctors"),
    name: v.string(),
    contact,
    extra: v.any(),
    preferences: v.record(v.string(), v.string()),
    photo: v.optional(v.id("_storage")),
    reminder: v.optional(v.id("_scheduled_functions")),
  })
    .index("by_doctor", ["doctorId"])
    .softDelete()
    .index("by_deleted", ["deletedAt"]),

  visits: defineTable({
    patientId: v.id("patients"),
    doctorId: v.id("doctors"),
    startsAt: v.timestamp(),
    state: v.string(),
    notes: v.optional(v.string()),
    fee: v.number(),
  })
    .index("by_patient_start", ["patientId", "startsAt"])
    .index("by_doctor_start", ["doctorId", "startsAt"])
    .index("by_state_fee", ["state", "fee"])
    .commitOrdered()
    .index("by_seq", ["_commitSeq"])
    .ownedBy("doctor"),

  vitals: defineTable({ patientId: v.string(), kind: v.string(), value: v.number() })
    .shardBy("patient")
    .index("by_kind", ["kind", "_creationTime"]),

  sessions: defineTable({ token: v.string().unique(), expiresAt: v.timestamp() }).ttl("expireAt"),

  letters: defineTable({ patientId: v.id("patients"), body: v.string(), trashed: v.optional(v.timestamp()) })
    .index("by_patient", ["patientId"])
    .softDelete({ field: "trashedAt" })
    .ttl("trashedAt")
    .index("by_trashed", ["trashedAt"]),
});
