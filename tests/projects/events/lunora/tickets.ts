import { v } from "@lunora/server";
import { internalMutation } from "./_generated/server";
import { Procs } from "./lib/procs";
import { TicketState } from "./lib/model";

const HOLD = 10 * 60 * 1000;

export const hold = Procs.mutation
  .input({ eventId: v.id("events"), email: v.string(), name: v.string(), code: v.string() })
  .mutation(async ({ ctx, args: { eventId, code, ...guest } }) => {
    const known = await ctx.db.guests.findFirst({ where: { email: guest.email } });
    const guestId = known?._id ?? (await ctx.db.guests.insert(guest));
    const ticketId = await ctx.db.tickets.insert({ eventId, guestId, code, state: TicketState.Held, heldUntil: ctx.now + HOLD });
    await ctx.db.insert("billing_charges", { ticketId, amount: 0, openedAt: ctx.now });
    return ticketId;
  });

export const scan = Procs.mutation.input({ code: v.string() }).mutation(async ({ ctx, args }) => {
  const ticket = await ctx.db.tickets.findFirstOrThrow({ where: { code: args.code } });
  if (ticket.state !== TicketState.Paid) throw new Error(`ticket is ${ticket.state}`);
  await ctx.db.tickets.patch(ticket._id, { state: TicketState.Used });
});

export const releaseHolds = internalMutation.mutation(async ({ ctx }) => {
  const stale = await ctx.db
    .query("tickets")
    .withIndex("by_state_held", (q) => q.eq("state", TicketState.Held).lt("heldUntil", ctx.now))
    .take(500);
  for (const ticket of stale) await ctx.db.tickets.delete(ticket._id);
});

export const peek = Procs.query.input({ state: v.union(v.literal("any"), v.literal("held")) }).query(async ({ ctx, args }) => {
  switch (args.state) {
    case "held":
      return ctx.db.query("tickets").withIndex("by_state_held", (q) => q.eq("state", "held")).take(20);
    default:
      return ctx.db.query("tickets").withIndex("by_stat_held", (q) => q.gte("state", "")).take(20);
  }
});
