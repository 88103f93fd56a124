import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { Table } from "../core/enums";
import { Repo } from "./base";

type NewPatient = { mrn: string; firstName: string; lastName: string; dateOfBirth: number };

export class PatientRepo extends Repo {
    byMrn(mrn: string) {
        return this.db
            .query(Table.Patients)
            .withIndex("by_mrn", (q) => q.eq("mrn", mrn))
            .unique();
    }

    byId(id: Id<"patients">) {
        return this.db.patients.get(id);
    }

    directory() {
        return this.db.query(Table.Patients).collect();
    }

    named(lastName: string, firstName?: string) {
        return this.db
            .query("patients")
            .withIndex("by_last_name", (q) => (firstName ? q.eq("lastName", lastName).eq("firstName", firstName) : q.eq("lastName", lastName)))
            .collect();
    }

    async byPhone(phone: string) {
        const { page } = await this.db.patients.findMany({ where: { phone }, limit: 5 });
        return page;
    }

    async prescriptions(patientId: Id<"patients">, drug?: string) {
        const reader = this.db.query("prescriptions");
        if (drug) return reader.withIndex("by_patient_drug", (q) => q.eq("patientId", patientId).eq("drug", drug)).collect();
        return reader.withIndex("by_patient_drug", (q) => q.eq("patientId", patientId)).collect();
    }
}

export class PatientWriter extends Repo<MutationCtx> {
    async register(patient: NewPatient) {
        const id = await this.db.insert(Table.Patients, { ...patient, createdBy: this.actor });
        await this.log(id, "register");
        return id;
    }

    async log(patientId: Id<"patients">, what: string) {
        await this.db.accessLog.insert({ actor: this.actor, patientId, what, at: this.ctx.now });
    }

    async history(patientId: Id<"patients">) {
        return this.db
            .query("accessLog")
            .withIndex("by_patient", (q) => q.eq("patientId", patientId))
            .order("desc")
            .take(100);
    }
}
