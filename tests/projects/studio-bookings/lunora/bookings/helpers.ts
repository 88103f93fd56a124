import type { Doc, Id, MutationCtx, QueryCtx } from "../_generated/server";

import { BookingStatus, TABLES } from "../lib/tables";

export async function bookingsInRoom(context: QueryCtx, roomId: Id<"rooms">) {
  const all = (await context.db.query(TABLES.bookings).collect()) as Doc<"bookings">[];
  return all.filter((booking) => booking.roomId === roomId);
}

export function upcoming(context: QueryCtx, from: number) {
  return context.db
    .query("bookings")
    .withIndex("by_status_start", (q) => q.eq("status", BookingStatus.Confirmed).gte("startsAt", from))
    .collect();
}

export async function startingBetween(context: QueryCtx, from: number, to: number) {
  return await context.db
    .query("bookings")
    .withIndex("by_status_start", (q) => q.gte("startsAt", from).lt("startsAt", to))
    .collect();
}

export async function flagged(db: MutationCtx["db"], name: string): Promise<boolean> {
  const flag = await db.featureFlags.findFirst({ where: { name } });
  return flag?.on ?? false;
}
