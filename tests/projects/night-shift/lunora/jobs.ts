import { internal } from "./_generated/internal";
import { internalMutation, internalQuery, v } from "./_generated/server";
import { closedConnections, takeLock } from "./lib/rows";

export const remind = internalMutation.mutation(async ({ ctx }) => {
  if (!(await takeLock(ctx, "remind"))) return;
  const due = await ctx.db
    .query("invoices")
    .withIndex("by_state_due", (q) => q.eq("state", "open").lt("dueAt", ctx.now))
    .take(200);
  for (const invoice of due) {
    await ctx.db.reminders.insert({ invoiceId: invoice._id, channel: "mail", sentAt: ctx.now });
  }
  if (due.length === 200) await ctx.scheduler.runAfter(0, internal.jobs.remind);
  await ctx.scheduler.runAfter(60_000, "jobs:report", {});
});

export const report = internalMutation.mutation(async ({ ctx }) => {
  const small = await ctx.db
    .query("invoices")
    .filter((invoice) => invoice.cents < 100)
    .collect();
  return small.length;
});

export const digest = internalMutation.mutation(async ({ ctx }) => {
  const customers = await ctx.db.query("customers").collect();
  const day = new Date(ctx.now).toISOString().slice(0, 10);
  await ctx.db.insert("digests", { day, lines: customers.length });
});

export const prune = internalMutation.input({ keep: v.number() }).mutation(async ({ ctx, args }) => {
  const gone = await closedConnections(ctx);
  for (const connection of gone.slice(args.keep)) await ctx.db.connections.delete(connection._id);
});

export const deliver = internalMutation
  .input({ reminderId: v.id("reminders"), ok: v.boolean() })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.insert("deliveries", { reminderId: args.reminderId, status: args.ok ? "sent" : "failed", attempts: 1 });
  });

export const digestOf = internalQuery
  .input({ day: v.string() })
  .query(({ ctx, args }) => ctx.db.digests.findFirst({ where: { day: args.day } }));

// Not exported: kept for the next migration.
const allInvoices = internalQuery.query(async ({ ctx }) => ctx.db.query("invoices").collect());
void allInvoices;

export const tools = {
  metrics: internalQuery.query(async ({ ctx }) => (await ctx.db.query("metrics").collect()).length),
};
