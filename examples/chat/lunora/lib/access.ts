import { LunoraError } from "lunorash/server";

import type { Doc, Id, MutationCtx, QueryCtx } from "../_generated/server.js";

export async function requireProfile(ctx: QueryCtx | MutationCtx): Promise<Doc<"profiles">> {
    const { userId } = ctx.auth;
    if (!userId) {
        throw new LunoraError("UNAUTHENTICATED", "Sign in first");
    }

    const profile = await ctx.db.profiles.findFirst({ where: { authId: userId } });
    if (!profile) {
        throw new LunoraError("FORBIDDEN", "Finish your profile first");
    }
    return profile;
}

export async function requireMembership(
    ctx: QueryCtx | MutationCtx,
    channelId: Id<"channels">,
    profileId: Id<"profiles">,
): Promise<Doc<"memberships">> {
    const membership = await ctx.db.memberships.findFirst({ where: { channelId, profileId } });
    if (!membership) {
        throw new LunoraError("FORBIDDEN", "You are not in this channel");
    }
    return membership;
}

export async function requireModerator(
    ctx: QueryCtx | MutationCtx,
    channelId: Id<"channels">,
    profileId: Id<"profiles">,
): Promise<void> {
    const membership = await requireMembership(ctx, channelId, profileId);
    if (membership.role === "member") {
        throw new LunoraError("FORBIDDEN", "Only moderators can do this");
    }
}
