import { LunoraError } from "@lunora/server";

import type { Id, MutationCtx, QueryCtx } from "../_generated/server";

export async function viewer(ctx: QueryCtx | MutationCtx) {
  const identity = await ctx.auth.getIdentity();
  const email = identity?.email;
  if (!email) throw new LunoraError("UNAUTHENTICATED", "no e-mail");
  const user = await ctx.db.users.findFirst({ where: { email } });
  if (!user) throw new LunoraError("FORBIDDEN", "unknown user");
  return user;
}

export async function membership(ctx: QueryCtx, channelId: Id<"channels">, userId: Id<"users">) {
  return await ctx.db
    .query("memberships")
    .withIndex("by_channel_user", (q) => q.eq("channelId", channelId).eq("userId", userId))
    .unique();
}

/** Channels that the user has joined, by way of the memberships. */
export async function joinedChannels(ctx: QueryCtx, userId: Id<"users">) {
  const rows = await ctx.db
    .query("memberships")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .collect();
  return rows.map((row) => row.channelId);
}

export async function othersIn(ctx: QueryCtx, channelId: Id<"channels">, userId: Id<"users">) {
  return await ctx.db
    .query("memberships")
    .withIndex("by_channel_user", (q) => q.gt("channelId", channelId).eq("userId", userId))
    .take(20);
}
