import { v } from "lunorash/server";

import { clinicMutation, clinicQuery } from "./core/procedures";

export const find = clinicQuery
    .input({ mrn: v.optional(v.string()), phone: v.optional(v.string()), lastName: v.optional(v.string()) })
    .query(async ({ ctx, args }) => {
        const repo = ctx.services.patients;
        if (args.mrn) return [await repo.byMrn(args.mrn)];
        if (args.phone) return repo.byPhone(args.phone);
        if (args.lastName) return repo.named(args.lastName);
        return repo.directory();
    });

export const file = clinicQuery.input({ id: v.id("patients"), drug: v.optional(v.string()) }).query(async ({ ctx, args }) => {
    const { patients, appointments } = ctx.services;
    const [patient, next, prescriptions] = await Promise.all([
        patients.byId(args.id),
        appointments.next(args.id),
        patients.prescriptions(args.id, args.drug),
    ]);
    return { patient, next, prescriptions };
});

export const register = clinicMutation
    .input({ mrn: v.string(), firstName: v.string(), lastName: v.string(), dateOfBirth: v.number() })
    .mutation(async ({ ctx, args }) => ctx.writer.patients.register(args));

export const accessHistory = clinicMutation.input({ id: v.id("patients") }).mutation(async ({ ctx, args }) => {
    await ctx.writer?.patients.log(args.id, "history");
    return ctx.writer.patients.history(args.id);
});

export const codes = clinicQuery
    .input({ text: v.optional(v.string()), chapter: v.optional(v.string()), title: v.optional(v.string()) })
    .query(async ({ ctx: { services: { codes } }, args }) => {
        if (args.text) return codes.search(args.text, args.chapter);
        if (args.title) return codes.titled(args.title);
        return args.chapter ? codes.chapter(args.chapter) : [];
    });

export const diagnose = clinicMutation
    .input({ appointmentId: v.id("appointments"), code: v.string(), note: v.optional(v.string()) })
    .mutation(async ({ ctx, args: { code, ...rest } }) => {
        const known = await ctx.services.codes.byCode(code);
        if (!known) throw new Error(`no such code ${code}`);
        await ctx.db.diagnoses.insert({ ...rest, codeId: known._id });
    });

export const prescribe = clinicMutation
    .input({ patientId: v.id("patients"), appointmentId: v.id("appointments"), drug: v.string(), dose: v.string(), endsOn: v.string() })
    .mutation(async ({ ctx, args }) => ctx.db.prescriptions.insert(args));
