import { v } from "lunorash/server";

export const MAX = 200;

export const pageArgs = { n: v.optional(v.number().int().max(MAX)) };

export function clamp(n: number | undefined) {
    if (n === undefined || n < 1) return 1;
    return Math.min(n, MAX);
}
