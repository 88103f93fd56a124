import { LunoraError } from "lunorash/server";

import { v } from "../_generated/server";
import { authMutation } from "../lib/procs";
import { BookingStatus, TABLES } from "../lib/tables";
import { period } from "../lib/validators";
import { flagged } from "./helpers";

export const request = authMutation
  .input({ roomId: v.id("rooms"), code: v.optional(v.string().max(24)), ...period })
  .mutation(async ({ args: { code, ...booking }, ctx }) => {
    if (await flagged(ctx.db, "booking-closed")) throw new LunoraError("BAD_REQUEST", "closed");
    const promo = code ? await ctx.db.promos.findFirst({ where: { code } }) : null;
    const bookingId = await ctx.db.insert(TABLES.bookings, {
      ...booking,
      ...(promo ? { promoId: promo._id } : {}),
      userId: ctx.user._id,
      status: BookingStatus.Requested,
    });
    await ctx.db.insert(TABLES.payments, { userId: ctx.user._id, bookingId, amount: 0, state: "open" });
    return bookingId;
  });

export const cancel = authMutation.input({ bookingId: v.id("bookings") }).mutation(async ({ args, ctx }) => {
  await ctx.db.bookings.patch(args.bookingId, { status: BookingStatus.Cancelled });
  const payments = await ctx.db.payments.findMany({ where: { bookingId: args.bookingId } });
  await Promise.all(payments.page.map((payment) => ctx.db.payments.patch(payment._id, { state: "void" })));
});

export const wait = authMutation
  .input({ roomId: v.id("rooms"), email: v.string().email() })
  .mutation(async ({ args, ctx }) => {
    await ctx.db.waitlist.insert({ ...args, notified: false });
  });
