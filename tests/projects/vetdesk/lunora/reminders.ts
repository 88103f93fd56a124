import { internalMutation, v } from "./_generated/server";
import { internal } from "./_generated/api";

export const sendDue = internalMutation.input({ round: v.optional(v.number()) }).mutation(async ({ ctx, args }) => {
  const due = await ctx.db
    .query("reminders")
    .withIndex("by_send_at", (q) => q.lte("sendAt", ctx.now))
    .take(100);
  for (const reminder of due) {
    await ctx.db.patch(reminder._id, { sent: true });
  }
  if (due.length === 100) {
    await ctx.scheduler.runAfter(0, internal.reminders.sendDue, { round: (args.round ?? 0) + 1 });
  }
});

export const purgeBatch = internalMutation.mutation(async ({ ctx }) => {
  const old = await ctx.db
    .query("reminders")
    .withIndex("by_send_at", (q) => q.lt("sendAt", ctx.now - 30 * 86_400_000))
    .take(200);
  for (const reminder of old) await ctx.db.delete(reminder._id);
  return old.length;
});

export const stamp = internalMutation
  .input({ reminderId: v.id("reminders"), at: v.number() })
  .mutation(async ({ ctx, args }) => {
    const rounded = new Date(args.at).setUTCSeconds(0, 0);
    await ctx.db.patch(args.reminderId, { sendAt: rounded });
  });
