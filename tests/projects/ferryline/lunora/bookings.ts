import { BookingRepo } from "./repos";
import { internalMutation, mutation, v } from "./_generated/server";
import { clerkMutation, deskQuery } from "@lib/procs";

const bookingRef = v.string().min(6).max(6);

export const byReference = deskQuery.input({ reference: bookingRef }).query(({ ctx, args }) =>
  ctx.db.query("bookings").filter((b) => b.reference === args.reference).unique(),
);

export const mine = deskQuery.input({ passengerId: v.id("passengers") }).query(async ({ ctx, args }) => {
  const result = await ctx.db.bookings.findMany({ where: { passengerId: args.passengerId }, orderBy: [{ paidCents: "desc" }], limit: 20 });
  return result.page;
});

export const place = mutation
  .input({ sailingId: v.id("sailings"), passengerId: v.id("passengers"), reference: bookingRef })
  .mutation(({ ctx, args }) => new BookingRepo(ctx).place(args));

export const holds = deskQuery.input({ sailingId: v.id("sailings") }).query(async ({ ctx, args }) => {
  const bookings = await ctx.db
    .query("bookings")
    .withIndex("by_sailing_state", (q) => q.eq("sailingId", args.sailingId).eq("state", "held"))
    .collect();
  const people = await Promise.all(bookings.map((b) => ctx.db.passengers.get(b.passengerId)));
  return bookings.map((b, i) => ({ ...b, passenger: people[i]?.name ?? "?" }));
});

export const cancel = clerkMutation.input({ bookingId: v.id("bookings") }).mutation(async ({ ctx, args }) => {
  const booking = await ctx.db.get(args.bookingId);
  if (!booking || booking.state === "cancelled") return false;
  try {
    await ctx.db.patch(booking._id, { state: "cancelled" });
    return true;
  } finally {
    ctx.log.info("cancelled", { by: ctx.clerk });
  }
});

export const releaseSailing = internalMutation.input({ sailingId: v.id("sailings") }).mutation(async ({ ctx, args }) => {
  for (const hold of await new BookingRepo(ctx).held(args.sailingId)) {
    await ctx.db.bookings.patch(hold._id, { state: "released" });
  }
});

export const expireEverything = internalMutation.mutation(async ({ ctx }) => {
  for (const b of await ctx.db.query("bookings").collect()) await ctx.db.bookings.patch(b._id, { state: "expired" });
});
