import { v } from "@lunora/server";

export const audited = { updatedAt: v.number(), updatedBy: v.id("customers").nullable() };

export const AUTHOR_SHELF = ["authorId", "shelf"];

export const smallPage = v.number().int().min(1).max(60);
