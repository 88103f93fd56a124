import { LunoraError } from "lunorash/server";

import {
  internalMutation,
  internalQuery,
  mutation as baseMutation,
  query as baseQuery,
} from "../_generated/server";

const signedInQuery = baseQuery.use(async ({ ctx, next }) => {
  const userId = ctx.auth.userId;
  if (!userId) throw new LunoraError("UNAUTHENTICATED", "sign in");
  const found = await ctx.db.users.findFirst({ where: { _id: userId } });
  if (!found) throw new LunoraError("UNAUTHENTICATED", "no such user");
  return next({ ctx: { user: found } });
});

const signedInMutation = baseMutation.use(async ({ ctx, next }) => {
  const userId = ctx.auth.userId;
  if (!userId) throw new LunoraError("UNAUTHENTICATED", "sign in");
  return next({ ctx: { user: { _id: userId } } });
});

export const authQuery = signedInQuery;
export const authMutation = signedInMutation;

export const adminQuery = signedInQuery.use(async ({ ctx, next }) => {
  if (ctx.user.role !== "admin") throw new LunoraError("FORBIDDEN", "admins only");
  return next();
});

export { internalMutation, internalQuery };
