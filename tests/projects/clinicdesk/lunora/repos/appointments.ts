import type { Doc, Id } from "../_generated/dataModel";
import { IDX, type AppointmentStatus } from "../core/enums";
import { Repo } from "./base";

export class AppointmentRepo extends Repo {
    forDay(day: string) {
        return this.db
            .query("appointments")
            .withIndex(IDX.appointments.day, (q) => q.eq("day", day))
            .collect();
    }

    forPractitioner(practitionerId: Id<"practitioners">, from: number) {
        return this.db
            .query("appointments")
            .withIndex(IDX.appointments.practitioner, (q) => q.eq("practitionerId", practitionerId).gte("startsAt", from))
            .collect();
    }

    async inRoom(roomId: Id<"rooms">): Promise<Doc<"appointments">[]> {
        return await this.db
            .query("appointments")
            .filter((a) => a.roomId === roomId)
            .collect();
    }

    async next(patientId: Id<"patients">) {
        const [upcoming] = await this.db
            .query("appointments")
            .withIndex(IDX.appointments.patient, (q) => q.eq("patientId", patientId).gte("startsAt", this.ctx.now))
            .take(1);
        return upcoming ?? null;
    }

    countByStatus = async (status: AppointmentStatus) => {
        return this.db.appointments.count({ status });
    };

    /** Statistics for the owner's dashboard. */
    async perDay() {
        const all = await this.db.query("appointments").withIndex(IDX.appointments.day).collect();
        return all.reduce<Record<string, number>>((acc, a) => {
            acc[a.day] = (acc[a.day] ?? 0) + 1;
            return acc;
        }, {});
    }
}
