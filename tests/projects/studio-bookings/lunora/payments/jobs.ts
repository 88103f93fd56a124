import { internal } from "../_generated/internal";
import { v } from "../_generated/server";
import { internalMutation, internalQuery } from "../lib/procs";
import { TABLES } from "../lib/tables";

export const stuck = internalQuery.query(async ({ ctx }) => {
  const rows = await ctx.db
    .query(TABLES.payments)
    .withIndex("by_state_amount")
    .order("desc")
    .collect();
  return rows.length;
});

export const volume = internalQuery.query(async ({ ctx }) => {
  return await ctx.db.payments.aggregate({ op: "sum", field: "amout", where: { state: "paid" } });
});

export const tellWaiting = internalMutation.mutation(async ({ ctx }) => {
  const waiting = await ctx.db.query(TABLES.waitlist).collect();
  for (const entry of waiting) await ctx.scheduler.runAfter(0, internal.payments.jobs.tell, { email: entry.email });
});

export const tell = internalMutation.input({ email: v.string() }).mutation(async ({ ctx, args }) => {
  const entry = await ctx.db
    .query("waitlist")
    .withIndex("by_email", (q) => q.eq("email", args.email))
    .first();
  if (entry) await ctx.db.waitlist.patch(entry._id, { notified: true });
});
