import { LunoraError } from "lunorash/server";

import type { MutationCtx, QueryCtx } from "../_generated/server";

type AnyCtx = QueryCtx | MutationCtx;

export async function requireMember(ctx: AnyCtx, orgId: string) {
  const { userId } = ctx.auth;
  if (!userId) throw new LunoraError("UNAUTHENTICATED", "sign in first");
  const member = await ctx.db
    .query("members")
    .withIndex("by_org_user", (q) => q.eq("orgId", orgId).eq("userId", userId))
    .unique();
  if (!member) throw new LunoraError("FORBIDDEN", "not a member");
  return member;
}

export async function membershipsOf(ctx: AnyCtx, userId: string) {
  return await ctx.db
    .query("members")
    .withIndex("by_org_user", (q) => q.eq("userId", userId))
    .collect();
}
