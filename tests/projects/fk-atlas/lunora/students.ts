import { mutation, query, v } from "./_generated/server";
import { gradesOf, studentByNumber } from "./lib/people";

export const report = query.input({ number: v.string().max(12) }).query(async ({ ctx, args }) => {
  const student = await studentByNumber(ctx, args.number);
  return student ? { student, grades: await gradesOf(ctx, student._id) } : null;
});

export const courseGrades = query
  .input({ courseId: v.id("courses"), year: v.number(), term: v.string().max(10), atLeast: v.number() })
  .query(async ({ ctx, args }) =>
    ctx.db
      .query("grades")
      .withIndex("by_course_year_term_value", (q) =>
        q.eq("courseId", args.courseId).eq("year", args.year).eq("term", args.term).gte("value", args.atLeast),
      )
      .collect(),
  );

export const sponsored = query.input({ sponsorId: v.id("students") }).query(({ ctx, args }) =>
  ctx.db
    .query("enrolments")
    .withIndex("by_sponsor_year", (q) => q.eq("sponsorId", args.sponsorId))
    .collect(),
);

export const inYear = query.input({ year: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("enrolments")
    .withIndex("by_sponsor_year", (q) => q.eq("year", args.year))
    .collect();
});

export const enrol = mutation
  .input({ studentId: v.id("students"), courseId: v.id("courses"), seatId: v.id("seats"), year: v.number(), term: v.string() })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.enrolments.insert(args);
  });

export const grade = mutation
  .input({ studentId: v.id("students"), courseId: v.id("courses"), value: v.number(), year: v.number(), term: v.string() })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.grades.insert(args);
  });
