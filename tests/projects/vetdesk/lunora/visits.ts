import { LunoraError } from "@lunora/server";
import { action, mutation, query, v } from "./_generated/server";
import { internal } from "./_generated/api";
import { addDays, WEEK } from "./lib/days";

export const book = mutation
  .input({ petId: v.id("pets"), day: v.string().length(10), slot: v.number().int().min(8).max(18) })
  .mutation(async ({ ctx, args }) => {
    const clash = await ctx.db
      .query("visits")
      .withIndex("by_day_slot", (q) => q.eq("day", args.day).eq("slot", args.slot))
      .filter((d) => d.status === "booked")
      .first();
    if (clash) throw new LunoraError("CONFLICT", "slot taken");
    const visitId = await ctx.db.insert("visits", { ...args, notes: "", status: "booked" });
    await ctx.db.insert("reminders", { visitId, sendAt: ctx.now + 3_600_000, sent: false });
    return visitId;
  });

export const agenda = query.input({ day: v.string().length(10) }).query(async ({ ctx, args }) => {
  const visits = await ctx.db
    .query("visits")
    .withIndex("by_day_slot", (q) => q.eq("day", args.day).gte("slot", 8).lt("slot", 18))
    .collect();
  const pets = await Promise.all(visits.map((visit) => ctx.db.get(visit.petId)));
  return visits.map((visit, i) => ({ ...visit, pet: pets[i]?.name ?? null }));
});

export const week = query.input({ monday: v.string().length(10) }).query(async ({ ctx, args }) => {
  const out: Record<string, number> = {};
  for (const n of WEEK) {
    const day = addDays(args.monday, n);
    const rows = await ctx.db.query("visits").withIndex("by_day_slot", (q) => q.eq("day", day)).collect();
    out[day] = rows.length;
  }
  return out;
});

export const searchNotes = query
  .input({ petId: v.id("pets"), term: v.string().max(40) })
  .query(async ({ ctx, args }) => {
    const needle = args.term.toLowerCase();
    return await ctx.db
      .query("visits")
      .withIndex("by_pet_day", (q) => q.eq("petId", args.petId))
      .filter((d) => d.notes.toLowerCase().includes(needle))
      .collect();
  });

export const missed = query.input({ petId: v.id("pets") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("visits")
    .withIndex("by_pet_day", (q) => q.eq("petId", args.petId))
    .filter((d) => d.status === "missed")
    .collect();
});

export const lastFew = query.input({ petId: v.id("pets") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("visits")
    .withIndex("by_pet_day", (q) => q.eq("petId", args.petId))
    .order("desc")
    .take(20);
  return rows.sort((a, b) => a.slot - b.slot);
});

export const history = query
  .input({ petId: v.id("pets"), upTo: v.number().int().min(1).max(50) })
  .query(({ ctx, args }) =>
    ctx.db
      .query("visits")
      .withIndex("by_pet_day", (q) => q.eq("petId", args.petId))
      .take(args.upTo),
  );

export const writeUp = mutation
  .input({ visitId: v.id("visits"), notes: v.string().max(4000) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.patch(args.visitId, { notes: args.notes, status: "done" });
  });

export const flush = action.action(async ({ ctx }) => {
  const startedAt = Date.now();
  while (true) {
    const done = await ctx.runMutation(internal.reminders.purgeBatch, {});
    if (done === 0) break;
  }
  return Date.now() - startedAt;
});
