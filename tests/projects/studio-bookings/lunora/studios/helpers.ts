import type { Doc, Id, QueryCtx } from "#lunora/_generated/server";

import { LIMITS, OPEN, TABLES } from "../lib/tables";

type Lookup = { id: Id<"studios"> } | { slug: string };

export async function findStudio(context: QueryCtx, lookup: { id: Id<"studios"> }): Promise<Doc<"studios">>;
export async function findStudio(context: QueryCtx, lookup: { slug: string }): Promise<Doc<"studios"> | null>;
export async function findStudio(context: QueryCtx, lookup: Lookup) {
  if ("id" in lookup) return await context.db.studios.findFirst({ where: { _id: lookup.id } });
  return await context.db.studios.findFirst({ where: { slug: lookup.slug } });
}

export async function roomsOf(context: QueryCtx, studioId: Id<"studios">) {
  const rooms = await context.db.query(TABLES.rooms).withIndex("by_studio", (q) => q.eq("studioId", studioId)).collect();
  return Promise.all(
    rooms.map(async (room) => ({
      ...room,
      hours: (await context.db.openingHours.findMany({ where: { roomId: room._id }, orderBy: [{ weekday: "asc" }] })).page,
    })),
  );
}

export const hoursOn = async (context: QueryCtx, roomId: Id<"rooms">, weekday: number) =>
  context.db.openingHours.findFirst({ where: { roomId, weekday } });

export async function openIn(context: QueryCtx, city: string, limit?: number) {
  const page = { limit: Math.min(limit ?? LIMITS.list, LIMITS.max) };
  return await context.db.studios.findMany({ ...page, where: { city, status: OPEN } });
}

export async function openAnywhere(context: QueryCtx) {
  return await context.db.studios.findMany({ where: { status: OPEN }, limit: LIMITS.max });
}
