import type { MutationCtx, QueryCtx } from "../_generated/server";
import { AppointmentRepo } from "../repos/appointments";
import { makeCodes, type Codes } from "../repos/codes";
import { PatientRepo, PatientWriter } from "../repos/patients";

export interface Services {
    appointments: AppointmentRepo;
    patients: PatientRepo;
    codes: Codes;
}

export function container(ctx: QueryCtx): Services {
    return {
        appointments: new AppointmentRepo(ctx),
        patients: new PatientRepo(ctx),
        codes: makeCodes(ctx.db),
    };
}

export class WriteContainer {
    readonly patients: PatientWriter;

    constructor(ctx: MutationCtx) {
        this.patients = new PatientWriter(ctx);
    }
}
