import type { MutationCtx, QueryCtx } from "../_generated/server";

export const DAY = 24 * 60 * 60 * 1000;

export const onDay = (q: any, day: number) => q.gte("startsAt", day).lt("startsAt", day + DAY);

export async function audit(ctx: MutationCtx & { staff: { email: string } }, action: string, subject: string) {
  await ctx.db.insert("auditLog", { actor: ctx.staff.email, action, subject, at: ctx.now });
}

export function page(reader: any, args: { cursor?: string | null; size?: number }) {
  return reader.paginate({ numItems: Math.min(args.size ?? 25, 100), cursor: args.cursor ?? null });
}

// Handy in the REPL when a practice asks for a full export.
export async function dumpPractice(ctx: QueryCtx, practiceId: string) {
  const patients = await ctx.db.query("patients").collect();
  const staff = await ctx.db.query("staff").filter((s) => s.practiceId === practiceId).collect();
  return { patients: patients.filter((p) => p.practiceId === practiceId), staff };
}
