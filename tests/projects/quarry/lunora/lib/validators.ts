import { v } from "@lunora/server";

export const vKind = v.union(v.literal("html"), v.literal("pdf"), v.literal("feed"));
export const vCrawlState = v.union(v.literal("planned"), v.literal("running"), v.literal("done"), v.literal("failed"));
export const vJobState = v.union(v.literal("queued"), v.literal("leased"), v.literal("done"), v.literal("dead"));

export const vPage = {
    limit: v.number().int().max(200).default(50),
    cursor: v.optional(v.string()),
};
