import { v } from "lunorash/server";

export const userArg = v.string().max(64);

/** Ids are made by the client, so that a row keeps its id when it syncs. */
export const idArg = v.string().max(36);

export const parentArg = idArg.nullable();

export const textArg = v.string().max(20_000);

export const themeArg = v.union(v.literal("light"), v.literal("dark"), v.literal("system"));
