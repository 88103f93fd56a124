import { LunoraError } from "@lunora/server";
import { internalMutation, mutation as m, query as q, v } from "@gen/server";

const orgScope = { orgId: v.id("orgs") };

async function signedIn({ ctx, next }: any) {
  const id = await ctx.auth.getIdentity();
  if (!id) throw new LunoraError("UNAUTHENTICATED");
  const user = await ctx.db.users.findUnique({ where: { subject: id.subject } });
  if (!user) throw new LunoraError("FORBIDDEN");
  return next({ ctx: { user } });
}

const member = <B extends { use: (fn: any) => any }>(builder: B) =>
  builder.use(signedIn).input(orgScope).use(async ({ ctx, args, next }: any) => {
    const seat = await ctx.db.members.findFirst({ where: { orgId: args.orgId, userId: ctx.user._id } });
    if (!seat) throw new LunoraError("FORBIDDEN");
    return next({ ctx: { seat } });
  });

export const userQuery = q.use(signedIn);
export const userMutation = m.use(signedIn);
export const orgQuery = member(q);
export const orgMutation = member(m);
export const job = internalMutation;
