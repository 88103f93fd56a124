import { internalQuery, mutation, query, v } from "./_generated/server";

export const list = query.input({ doctorId: v.id("doctors") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("patients")
    .withIndex("by_doctor", (q) => q.eq("doctorId", args.doctorId))
    .collect();
});

export const withEmail = query
  .input({ doctorId: v.id("doctors"), email: v.string().max(200) })
  .query(async ({ ctx, args }) => {
    return await ctx.db.patients.findFirst({ where: { doctorId: args.doctorId, "contact.emial": args.email } });
  });

export const withTag = query
  .input({ doctorId: v.id("doctors"), colour: v.string().max(20) })
  .query(async ({ ctx, args }) => {
    const { page } = await ctx.db.patients.findMany({
      where: { doctorId: args.doctorId, "extra.colour": args.colour, "preferences.colour": args.colour },
      limit: 50,
    });
    return page;
  });

export const byDoctor = query.input({ doctorId: v.id("doctors") }).query(async ({ ctx, args }) => {
  return await ctx.db.patients.findMany({ where: { doctor: args.doctorId }, limit: 50 });
});

export const removedSince = internalQuery.input({ since: v.number() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.patients.findMany({
    where: { deletedAt: { gt: args.since } },
    includeDeleted: true,
    limit: 200,
  });
  return page;
});

export const trashedLetters = internalQuery.input({ since: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("letters")
    .withIndex("by_trashed", (q) => q.gt("trashedAt", args.since))
    .collect();
});

export const lettersOf = query.input({ patientId: v.id("patient") }).query(async ({ ctx, args }) => {
  return ctx.db.query("letter").withIndex("by_patient", (q) => q.eq("patientId", args.patientId)).collect();
});

export const admit = mutation
  .input({
    doctorId: v.id("doctors"),
    name: v.string().max(120),
    contact: v.object({ email: v.string().max(200), phone: v.string().max(40), referrer: v.optional(v.id("doktors")) }),
  })
  .mutation(async ({ ctx, args }) => {
    return await ctx.db.insert("patients", { ...args, extra: null, preferences: {} });
  });

export const write = mutation
  .input({ patientId: v.id("patients"), body: v.string().max(10_000) })
  .mutation(async ({ ctx, args }) => {
    const id = ctx.db.normalizeId("patients", args.patientId);
    if (!id) return null;
    const patient = await ctx.db.get(id, "patiens");
    return patient && (await ctx.db.letters.insert(args));
  });

export const photo = query.input({ id: v.id("patients") }).query(async ({ ctx, args }) => {
  const patient = await ctx.db.patients.get(args.id);
  return patient?.photo ? await ctx.db.system.get("_storage", patient.photo) : null;
});
