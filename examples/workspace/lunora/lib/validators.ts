import { v } from "lunorash/server";

export const userRole = v.union(v.literal("user"), v.literal("admin"));

export const memberRole = v.union(v.literal("owner"), v.literal("editor"), v.literal("guest"));

export const planName = v.union(v.literal("free"), v.literal("team"), v.literal("business"));

export const projectStatus = v.union(v.literal("active"), v.literal("paused"), v.literal("closed"));

export const taskStatus = v.union(v.literal("todo"), v.literal("doing"), v.literal("done"));

export const taskPriority = v.union(v.literal("low"), v.literal("normal"), v.literal("high"));

export const jobKind = v.union(v.literal("export"), v.literal("invoice"), v.literal("winback"));

export const title = v.string().min(1).max(200);

export const longText = v.string().max(20_000);
