import { rateLimit } from "lunorash/ratelimit";
import { LunoraError } from "lunorash/server";
import { mutation, query, type QueryCtx } from "#lunora/_generated/server.js";

function requireShopper(ctx: Pick<QueryCtx, "auth">) {
  const { userId } = ctx.auth;
  if (!userId) {
    throw new LunoraError("UNAUTHENTICATED", "Please sign in.");
  }
  return { userId };
}

async function requireStaff(ctx: Pick<QueryCtx, "auth">) {
  const identity = await ctx.auth.getIdentity();
  if (identity?.role !== "staff") {
    throw new LunoraError("FORBIDDEN", "Staff only.");
  }
  return { userId: identity.userId };
}

export const shopperQuery = query.use(({ ctx, next }) => next({ ctx: { shopper: requireShopper(ctx) } }));

export const shopperMutation = mutation
  .use(({ ctx, next }) => next({ ctx: { shopper: requireShopper(ctx) } }))
  .use(rateLimit("shopper"));

export const staffQuery = query.use(async ({ ctx, next }) => next({ ctx: { staff: await requireStaff(ctx) } }));

export const staffMutation = mutation
  .use(async ({ ctx, next }) => next({ ctx: { staff: await requireStaff(ctx) } }))
  .use(rateLimit("staff"));
