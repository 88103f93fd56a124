import { v } from "lunorash/server";

export enum Table {
    Patients = "patients",
    Appointments = "appointments",
    Rooms = "rooms",
}

export const IDX = {
    appointments: { day: "by_day", patient: "by_patient", practitioner: "by_practitioner_day" },
    patients: { mrn: "by_mrn", name: "by_last_name" },
} as const;

export const appointmentStatus = ["booked", "arrived", "seen", "cancelled"] as const;
export type AppointmentStatus = (typeof appointmentStatus)[number];

export const vStatus = v.union(v.literal("booked"), v.literal("arrived"), v.literal("seen"), v.literal("cancelled"));
