import { v } from "@lunora/server";
import { procs } from "./lib/procs";
import { audit, page } from "./lib/support";

export const directory = procs.read.query(async ({ ctx }) => {
  const { page: rows } = await ctx.db.patients.findMany({
    where: { practiceId: ctx.practiceId },
    orderBy: [{ fullName: "asc" }],
    limit: 50,
  });
  return rows;
});

export const search = procs.read.input({ text: v.string().max(80) }).query(({ ctx, args }) =>
  ctx.db
    .query("patients")
    .withSearchIndex("search_name", (q) => q.search("fullName", args.text).eq("practiceId", ctx.practiceId))
    .take(20),
);

export const byAge = procs.read
  .input({ bornBefore: v.optional(v.number()), cursor: v.optional(v.string()) })
  .query(async ({ ctx, args }) => {
    const own = (q: any) => q.eq("practiceId", ctx.practiceId);
    const range = args.bornBefore ? (q: any) => own(q).lt("birthYear", args.bornBefore) : own;
    return page(ctx.db.query("patients").withIndex("by_practice_birth_year", range), args);
  });

export const register = procs.write
  .input({ fullName: v.string().max(200), birthYear: v.number().int() })
  .mutation(async ({ ctx, args }) => {
    const id = await ctx.db.patients.insert({ ...args, practiceId: ctx.practiceId });
    await audit(ctx, "patient.register", id);
    return id;
  });

export const history = procs.read.input({ patientId: v.id("patients") }).query(async ({ ctx, args }) => {
  const [visits, scripts] = await Promise.all([
    ctx.db
      .query("appointments")
      .withIndex("by_patient", (q) => q.eq("patientId", args.patientId))
      .collect(),
    ctx.db
      .query("prescriptions")
      .withIndex("by_patient_issued", (q) => q.eq("patientId", args.patientId))
      .order("desc")
      .collect(),
  ]);
  const codes = [...new Set(scripts.map((s) => s.drugCode))];
  const drugs = await Promise.all(codes.map((code) => ctx.db.drugCatalogue.findFirst({ where: { code } })));
  return { visits, scripts, drugs: drugs.filter(Boolean) };
});

export const prescribe = procs.write
  .input({ patientId: v.id("patients"), drugCode: v.string().max(20) })
  .mutation(async ({ ctx, args }) =>
    ctx.db.insert("prescriptions", { ...args, prescriberId: ctx.staff._id, issuedAt: ctx.now }),
  );
