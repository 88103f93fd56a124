import { mutation as rootMutation, query as rootQuery } from "../_generated/server";

const withClerk = async ({ ctx, next }: { ctx: any; next: (x?: unknown) => unknown }) => {
  const identity = await ctx.auth.getIdentity();
  if (identity === null) throw new Error("sign in first");
  return next({ ctx: { clerk: identity.subject } });
};

export const clerkQuery = rootQuery.use(withClerk);
export const clerkMutation = rootMutation.use(withClerk).meta({ desk: true });
export { clerkQuery as deskQuery };
