import { v } from "lunorash/server";

export const bookingStatus = v.union(v.literal("requested"), v.literal("confirmed"), v.literal("cancelled"));
export const studioStatus = v.union(v.literal("draft"), v.literal("open"), v.literal("closed"));
export const slug = v.string().min(2).max(60);
export const cents = v.number().int().min(0);

export const period = {
  startsAt: v.timestamp(),
  endsAt: v.timestamp(),
};

export const listArgs = {
  cursor: v.optional(v.string()),
  limit: v.optional(v.number().int().max(200)),
};
