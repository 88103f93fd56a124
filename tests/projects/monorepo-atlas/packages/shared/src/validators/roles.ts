import { v } from "lunorash/server";

export const memberRole = v.union(v.literal("owner"), v.literal("editor"), v.literal("viewer"));
export const planName = v.union(v.literal("free"), v.literal("team"));
