import { rateLimit } from "lunorash/ratelimit";

import { mutation, query } from "../_generated/server.js";
import { requireProfile } from "./access.js";

/** A query for people who have a profile; the handler finds it as `ctx.profile`. */
export const memberQuery = query.use(async ({ ctx, next }) => {
    const profile = await requireProfile(ctx);
    return next({ ctx: { profile } });
});

export const limitedMutation = mutation.use(rateLimit("writes"));

/** The same for mutations, behind the write limit. */
export const memberMutation = limitedMutation.use(async ({ ctx, next }) => {
    const profile = await requireProfile(ctx);
    return next({ ctx: { profile } });
});
