import { v } from "lunorash/server";

export const channelKind = v.union(v.literal("public"), v.literal("private"));

export const memberRole = v.union(v.literal("owner"), v.literal("moderator"), v.literal("member"));

export const presenceStatus = v.union(v.literal("active"), v.literal("away"), v.literal("typing"));

export const messageBody = v.string().min(1).max(4000);
