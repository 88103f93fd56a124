import { rateLimit } from "lunorash/ratelimit";
import { LunoraError } from "lunorash/server";
import { mutation, query, type QueryCtx } from "../_generated/server.js";

function requireUserId(ctx: Pick<QueryCtx, "auth">): string {
  const { userId } = ctx.auth;
  if (!userId) {
    throw new LunoraError("UNAUTHENTICATED", "Sign in first.");
  }
  return userId;
}

/** A query for signed-in people; adds `ctx.userId`. */
export const memberQuery = query.use(async ({ ctx, next }) => next({ ctx: { userId: requireUserId(ctx) } }));

/** A mutation for signed-in people; adds `ctx.userId` and counts against the write limit. */
export const memberMutation = mutation
  .use(async ({ ctx, next }) => next({ ctx: { userId: requireUserId(ctx) } }))
  .use(rateLimit("writes"));
