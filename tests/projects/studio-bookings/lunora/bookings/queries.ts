import { v } from "../_generated/server";
import { authQuery } from "../lib/procs";
import { period } from "../lib/validators";
import { bookingsInRoom, startingBetween, upcoming } from "./helpers";

export const next = authQuery.query(async ({ ctx }) => {
  const rows = await upcoming(ctx, ctx.now);
  return await Promise.all(
    rows.map(async (row) => {
      const room = await ctx.db.rooms.findFirst({ where: { _id: row.roomId } });
      return { ...row, room: room?.name ?? "gone" };
    }),
  );
});

export const inRoom = authQuery
  .input({ roomId: v.id("rooms") })
  .query(async ({ args, ctx }) => (await bookingsInRoom(ctx, args.roomId)).length);

export const calendar = authQuery
  .input(period)
  .query(({ args, ctx }) => startingBetween(ctx, args.startsAt, args.endsAt));

export const withRoom = authQuery.input({ roomId: v.id("rooms") }).query(async ({ args, ctx }) => {
  const { page } = await ctx.db.bookings.findMany({
    where: { userId: ctx.user._id, roomId: args.roomId },
    limit: 20,
  });
  return page;
});
