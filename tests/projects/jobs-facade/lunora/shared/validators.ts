import { v } from "@lunora/server";

export const jobStatus = v.union(v.literal("open"), v.literal("paused"), v.literal("closed"));
export const stage = v.union(v.literal("new"), v.literal("interview"), v.literal("hired"), v.literal("rejected"));

export const MAX_PAGE = 50;
export const pageSize = v.number().int().min(1).max(MAX_PAGE);
export const cursor = v.optional(v.string());
