import { LunoraError } from "@lunora/server";
import { mutation as baseMutation, query as baseQuery, v } from "../_generated/server";

const signedIn = baseQuery.use(async ({ ctx, next }) => {
  const { userId } = ctx.auth;
  if (!userId) throw new LunoraError("UNAUTHORIZED", "sign in first");
  const player = await ctx.db.players.findFirst({ where: { handle: userId } });
  if (!player) throw new LunoraError("FORBIDDEN", "no player");
  return next({ ctx: { player } });
});

export const kitchenQuery = signedIn.input({ kitchenId: v.id("kitchens") });
export const kitchenMutation = baseMutation
  .use(async ({ ctx, next }) => {
    if (!ctx.auth.userId) throw new LunoraError("UNAUTHORIZED", "sign in first");
    return next({ ctx: { handle: ctx.auth.userId } });
  })
  .input({ kitchenId: v.id("kitchens") });
export const pantryQuery = kitchenQuery;
