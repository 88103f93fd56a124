import type { Id, QueryCtx } from "../_generated/server";

export const studentByNumber = (ctx: QueryCtx, number: string) =>
  ctx.db
    .query("students")
    .withIndex("by_number", (q) => q.eq("number", number))
    .unique();

export async function gradesOf(ctx: QueryCtx, studentId: Id<"students">) {
  return await ctx.db
    .query("grades")
    .withIndex("by_pupil", (q) => q.eq("studentId", studentId))
    .collect();
}
