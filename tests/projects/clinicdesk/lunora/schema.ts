import { defineSchema, defineTable, v } from "lunorash/server";

import { vStatus } from "./core/enums";

const stamped = {
    createdAt: v.timestamp().defaultNow(),
    createdBy: v.optional(v.string()),
};

const patients = defineTable({
    ...stamped,
    mrn: v.string(),
    firstName: v.string(),
    lastName: v.string(),
    phone: v.optional(v.string()),
    dateOfBirth: v.date(),
    primaryPractitionerId: v.optional(v.id("practitioners")),
})
    .index("by_mrn", ["mrn"], { unique: true })
    .index("by_last_name", ["lastName", "firstName"])
    .softDelete();

const practitioners = defineTable({
    ...stamped,
    userId: v.string(),
    speciality: v.string(),
    licence: v.string(),
}).index("by_user", ["userId"], { unique: true });

const rooms = defineTable({
    name: v.string(),
    floor: v.number(),
    equipment: v.array(v.string()),
});

const appointments = defineTable({
    ...stamped,
    patientId: v.id("patients"),
    practitionerId: v.id("practitioners"),
    roomId: v.id("rooms"),
    day: v.string(),
    startsAt: v.number(),
    minutes: v.number(),
    status: vStatus,
})
    .index("by_day", ["day", "startsAt"])
    .index("by_patient", ["patientId", "startsAt"])
    .index("by_practitioner_day", ["practitionerId", "day"])
    .relations((r) => ({
        patient: r.one("patients", { field: "patientId", onDelete: "cascade" }),
        practitioner: r.one("practitioners", { field: "practitionerId" }),
    }));

const prescriptions = defineTable({
    ...stamped,
    patientId: v.id("patients"),
    appointmentId: v.id("appointment"),
    drug: v.string(),
    dose: v.string(),
    endsOn: v.string(),
})
    .index("by_patient", ["patientId"])
    .index("by_patient_drug", ["patientId", "drug"])
    .index("by_appointment", ["appointmentId"]);

const waitlist = defineTable({
    patientId: v.id("patients"),
    speciality: v.string(),
    priority: v.number(),
    requestedAt: v.number(),
})
    .index("by_speciality", ["speciality", "priority"])
    .index("by_patient", ["patientId"], { unique: true })
    .ttl("expiresAt");

const icdCodes = defineTable({ code: v.string(), title: v.string(), chapter: v.string() })
    .global()
    .index("by_code", ["code"], { unique: true })
    .index("by_chapter", ["chapter", "code"])
    .searchIndex("search_title", { field: "title", filterFields: ["chapter"], language: "en" });

const diagnoses = defineTable({
    appointmentId: v.id("appointments"),
    codeId: v.id("icdCodes"),
    note: v.optional(v.string()),
}).index("by_appointment", ["appointmentId"]);

const accessLog = defineTable({
    actor: v.string(),
    patientId: v.id("patients"),
    what: v.string(),
    at: v.number(),
}).index("by_patient_at", ["patientId", "at"]);

export default defineSchema({
    patients,
    practitioners,
    rooms,
    appointments,
    prescriptions,
    waitlist,
    icdCodes,
    diagnoses,
    accessLog,
});
