import { LunoraError } from "@lunora/server";
import { mutation, query, type MutationCtx, type QueryCtx } from "../_generated/server";

type Definition<C, A, R> = {
  args: A;
  handler: (ctx: C & { merchant: { _id: string; name: string } }, args: any) => Promise<R> | R;
};

async function merchantOf(ctx: QueryCtx | MutationCtx) {
  const userId = ctx.auth.userId;
  if (!userId) throw new LunoraError("UNAUTHENTICATED");
  const merchant = await ctx.db
    .query("merchants")
    .withIndex("by_owner", (q) => q.eq("ownerUserId", userId))
    .first();
  if (!merchant) throw new LunoraError("FORBIDDEN");
  return merchant;
}

export function securedQuery<A, R>(def: Definition<QueryCtx, A, R>) {
  return query({
    args: def.args,
    handler: async (ctx, args) => def.handler({ ...ctx, merchant: await merchantOf(ctx) }, args),
  });
}

export function securedMutation<A, R>({ args: shape, handler }: Definition<MutationCtx, A, R>) {
  return mutation({
    args: shape,
    async handler(ctx, args) {
      const merchant = await merchantOf(ctx);
      return handler({ ...ctx, merchant }, args);
    },
  });
}
