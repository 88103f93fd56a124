import { mutation, query, v } from "./_generated/server";

export const bySpecialty = query.input({ specialty: v.string().max(60) }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.doctors.findMany({
    where: { specialty: args.specialty },
    orderBy: [{ rating: "desc" }],
    select: ["_id", "name", "rating", "_creationTime"],
    limit: 20,
  });
  return page;
});

export const names = query.input({ clinicId: v.id("clinics") }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.doctors.findMany({
    where: { clinicId: args.clinicId },
    select: ["_id", "nmae"],
  });
  return page;
});

export const ofClinic = query.input({ clinicId: v.id("clinics") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("doctors")
    .withIndex("by_clinic", (q) => q.eq("clinicID", args.clinicId))
    .collect();
});

export const newest = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.doctors.findMany({ orderBy: [{ _creationTime: "desc" }], limit: 5 });
  return page;
});

export const best = query.query(async ({ ctx }) => {
  return (await ctx.db.doctors.findMany({ orderBy: [{ ratings: "desc" }], limit: 5 })).page;
});

export const perSpecialty = query.input({ clinicId: v.id("clinics") }).query(async ({ ctx, args }) => {
  return await ctx.db.doctors.groupBy({ by: ["speciality"], where: { clinicId: args.clinicId } });
});

export const inCity = query.input({ city: v.string().max(60) }).query(async ({ ctx, args }) => {
  return (await ctx.db.clinics.findMany({ where: { city: args.city }, limit: 50 })).page;
});

export const staff = query.query(async ({ ctx }) => {
  return await ctx.db.doctor.findMany({ limit: 50 });
});

export const hire = mutation
  .input({ clinicId: v.id("clinics"), name: v.string().max(80), specialty: v.string().max(60) })
  .mutation(async ({ ctx, args }) => ctx.db.insert("doctors", { ...args, rating: 0 }));

export const rename = mutation.input({ id: v.id("doctors"), name: v.string().max(80) }).mutation(async ({ ctx, args }) => {
  await ctx.db.patch(args.id, { name: args.name }, "doctrs");
});

export const openClinic = mutation
  .input({ name: v.string().max(80), city: v.string().max(60) })
  .mutation(async ({ ctx, args }) => await ctx.db.clinics.insert(args));
