import { internalMutation, internalQuery, mutation, query, v } from "./_generated/server";

export const upcoming = query.input({ patientId: v.id("patients") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("visits")
    .withIndex("by_patient_start", (q) => q.eq("patientId", args.patientId).gte("startsAt", ctx.now))
    .collect();
});

export const since = internalQuery.input({ seq: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("visits")
    .withIndex("by_seq", (q) => q.gt("_commitSeq", args.seq))
    .take(500);
});

export const agenda = query.input({ doctorId: v.id("doctors"), from: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("visits")
    .withIndex("by_doctor_start", (q) =>
      q
        .eq("doctorId", args.doctorId)
        .gte("startAt", args.from),
    )
    .collect();
});

export const openOnes = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.visits.findMany({ where: { statee: "open" } });
  return page;
});

export const turnover = internalQuery.query(async ({ ctx }) => {
  return await ctx.db.visits.aggregate({ op: "sum", field: "fees", where: { state: "done" } });
});

export const fees = internalQuery.query(async ({ ctx }) => {
  return await ctx.db.visits.aggregate({ op: "sum", field: "fee", where: { state: "done" } });
});

export const done = query.input({ since: v.number() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.visits.findMany({
    where: {
      AND: [
        { state: "done" },
        { startedAt: { gt: args.since } },
      ],
    },
    limit: 20,
  });
  return page;
});

export const book = mutation
  .input({ patientId: v.id("patients"), doctorId: v.id("doctors"), startsAt: v.number() })
  .mutation(async ({ ctx, args }) => {
    const id = await ctx.db.insert("visits", { ...args, state: "open", fee: 0 });
    await ctx.db.insert("visit", { ...args, state: "open", fee: 0 });
    return id;
  });

export const measure = mutation
  .input({ patientId: v.string().max(64), kind: v.string().max(20), value: v.number() })
  .mutation(async ({ ctx, args }) => {
    await ctx.orm.insert("vitals").values(args);
    await ctx.orm.insert("vital").values(args);
  });

export const readings = query.input({ kind: v.string().max(20), since: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("vitals")
    .withIndex("by_kind", (q) => q.eq("kind", args.kind).gt("_creationTime", args.since))
    .collect();
});

export const startSession = internalMutation
  .input({ token: v.string(), expiresAt: v.number() })
  .mutation(async ({ ctx, args }) => ctx.db.sessions.insert(args));

export const jobs = internalQuery.query(async ({ ctx }) => {
  const pending = await ctx.db.system.query("_scheduled_functions").collect();
  return pending.length;
});

export const sweep = internalMutation.input({ before: v.number() }).mutation(async ({ ctx, args }) => {
  await ctx.db.patchWhere("visits", { where: { sate: "open" }, patch: { state: "missed" } });
  await ctx.db.deleteAll("session");
  return args.before;
});
