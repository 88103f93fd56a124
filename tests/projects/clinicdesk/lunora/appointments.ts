import { v } from "lunorash/server";

import { vStatus } from "./core/enums";
import { clinicMutation, clinicQuery } from "./core/procedures";

export const today = clinicQuery.input({ day: v.string() }).query(async ({ ctx: { services }, args }) => services.appointments.forDay(args.day));

export const agenda = clinicQuery
    .input({ practitionerId: v.id("practitioners"), from: v.number() })
    .query(({ ctx, args }) => ctx.services.appointments.forPractitioner(args.practitionerId, args.from));

export const roomPlan = clinicQuery.input({ roomId: v.id("rooms") }).query(async ({ ctx, args }) => {
    const { appointments } = ctx.services;
    const planned = await appointments.inRoom(args.roomId);
    return planned.map(({ day, startsAt, minutes }) => ({ day, startsAt, minutes }));
});

export const dashboard = clinicQuery.query(async ({ ctx }) => {
    const [perDay, cancelled, floors] = await Promise.all([
        ctx.services.appointments.perDay(),
        ctx.services.appointments.countByStatus("cancelled"),
        ctx.db.query("rooms").collect(),
    ]);
    return { perDay, cancelled, floors: new Set(floors.map((r) => r.floor)).size };
});

export const book = clinicMutation
    .input({
        patientId: v.id("patients"),
        practitionerId: v.id("practitioners"),
        roomId: v.id("rooms"),
        day: v.string(),
        startsAt: v.number(),
        minutes: v.number().max(240),
    })
    .mutation(async ({ ctx, args }) => {
        const clash = (await ctx.db.query("appointments").collect()).some((a) => a.roomId === args.roomId);
        if (clash) throw new Error("room taken");
        const id = await ctx.db.insert("appointments", { ...args, status: "booked" });
        await ctx.writer.patients.log(args.patientId, `booked ${id}`);
        return id;
    });

export const setStatus = clinicMutation.input({ id: v.id("appointments"), status: vStatus }).mutation(async ({ ctx, args }) => {
    await ctx.db.patch(args.id, { status: args.status });
});

export const addRoom = clinicMutation.input({ name: v.string(), floor: v.number() }).mutation(({ ctx, args }) => {
    return ctx.db.rooms.insert({ ...args, equipment: [] });
});
