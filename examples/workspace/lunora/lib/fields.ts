import { v } from "lunorash/server";

/** Columns that most tables carry. */
export const timestamps = {
    createdAt: v.timestamp(),
    updatedAt: v.timestamp(),
};

/** Arguments that every listing takes. */
export const pageArgs = {
    cursor: v.optional(v.string().max(500)),
    limit: v.optional(v.number().int().positive()),
};
