import { defineTable, v } from "@lunora/server";
import { byTenant, tenantCols, timestamps } from "./columns";

const appointmentCols = {
  patientId: v.id("patients"),
  doctorId: v.id("staff"),
  roomId: v.optional(v.id("rooms")),
  startsAt: v.timestamp(),
  minutes: v.number().int().positive(),
  status: v.union(v.literal("booked"), v.literal("arrived"), v.literal("cancelled")),
};

export const careTables = {
  rooms: defineTable({ ...tenantCols, label: v.string() }).index("by_practice_label", byTenant("label")),

  appointments: defineTable({ ...tenantCols, ...appointmentCols })
    .index("by_practice_start", byTenant("startsAt"))
    .index("by_doctor_start", ["doctorId", "startsAt"])
    .index("by_patient", ["patientId"])
    .index("by_room_start", ["roomId", "startsAt"]),

  followUps: defineTable({
    appointmentId: v.id("appointments"),
    dueAt: v.timestamp(),
    note: v.string().max(2_000),
  }).index("by_due", ["dueAt"]),

  prescriptions: defineTable({
    patientId: v.id("patients"),
    prescriberId: v.id("staff"),
    drugCode: v.string(),
    issuedAt: v.timestamp(),
    refills: v.number().int().default(0),
    ...timestamps(),
  })
    .index("by_patient_issued", ["patientId", "issuedAt"])
    .index("by_prescriber", ["prescriberId"]),
};
