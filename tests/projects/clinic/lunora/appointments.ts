import { LunoraError, v } from "@lunora/server";
import { procs } from "./lib/procs";
import { audit, onDay } from "./lib/support";

const MINUTE = 60_000;

export const day = procs.read.input({ day: v.timestamp() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("appointments")
    .withIndex("by_practice_start", (q) => onDay(q.eq("practiceId", ctx.practiceId), args.day))
    .collect();

  const byRoom = new Map<string, typeof rows>();
  for (const row of rows) {
    const key = row.roomId ?? "unassigned";
    byRoom.set(key, [...(byRoom.get(key) ?? []), row]);
  }
  return Array.from(byRoom, ([roomId, list]) => ({ roomId, list }));
});

export const upcoming = procs.read
  .input({ doctorId: v.optional(v.id("staff")), limit: v.optional(v.number().int()) })
  .query(async ({ ctx, args: { doctorId = ctx.staff._id, limit } }) =>
    ctx.db
      .query("appointments")
      .withIndex("by_doctor_start", (q) => q.eq("doctorId", doctorId).gte("startsAt", ctx.now))
      .take(Math.min(limit ?? 20, 50)),
  );

export const book = procs.write
  .input({
    patientId: v.id("patients"),
    doctorId: v.id("staff"),
    startsAt: v.timestamp(),
    minutes: v.number().int().positive().max(240),
  })
  .mutation(async ({ ctx, args }) => {
    const endsAt = args.startsAt + args.minutes * MINUTE;
    const around = await ctx.db
      .query("appointments")
      .withIndex("by_doctor_start", (q) =>
        q
          .eq("doctorId", args.doctorId)
          .gte("startsAt", args.startsAt - 240 * MINUTE)
          .lt("startsAt", endsAt),
      )
      .collect();
    const clash = around.some((a) => a.startsAt + a.minutes * MINUTE > args.startsAt);
    if (clash) throw new LunoraError("CONFLICT", "The doctor is busy then");

    const id = await ctx.db.insert("appointments", {
      ...args,
      practiceId: ctx.practiceId,
      status: "booked",
    });
    await ctx.db.followUps.insert({ appointmentId: id, dueAt: endsAt, note: "" });
    await audit(ctx, "appointment.book", id);
    return id;
  });

export const sweepFollowUps = procs.job.mutation(async ({ ctx }) => {
  const due = await ctx.db
    .query("followUps")
    .withIndex("by_due", (q) => q.lte("dueAt", ctx.now))
    .take(100);
  await Promise.all(due.map((f) => ctx.db.followUps.delete(f._id)));
  return due.length;
});
