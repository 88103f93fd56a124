import { LunoraError } from "lunorash/server";

import { v } from "./_generated/server.js";
import { requireMembership } from "./lib/access.js";
import { memberMutation, memberQuery } from "./lib/procs.js";

export const list = memberQuery.input({ channelId: v.id("channels") }).query(async ({ ctx, args }) => {
    await requireMembership(ctx, args.channelId, ctx.profile._id);

    const { page } = await ctx.db.memberships.findMany({ where: { channelId: args.channelId }, with: { profile: true } });
    return page.map(({ profile, role }) => ({ handle: profile?.handle, displayName: profile?.displayName, role }));
});

export const join = memberMutation.input({ channelId: v.id("channels") }).mutation(async ({ ctx, args }) => {
    const channel = await ctx.db.channels.get(args.channelId);
    if (!channel || channel.kind === "private") {
        throw new LunoraError("NOT_FOUND", "No such channel");
    }

    await ctx.db.memberships.insert(
        { channelId: channel._id, profileId: ctx.profile._id, role: "member" },
        { skipDuplicates: true },
    );
    ctx.log.info("member joined", { channelId: channel._id });
});

export const leave = memberMutation.input({ channelId: v.id("channels") }).mutation(async ({ ctx, args }) => {
    const membership = await requireMembership(ctx, args.channelId, ctx.profile._id);
    if (membership.role === "owner") {
        throw new LunoraError("BAD_REQUEST", "Hand the channel over first");
    }
    await ctx.db.memberships.delete(membership._id);
    ctx.log.info("member left", { channelId: args.channelId });
});

export const markRead = memberMutation
    .input({ channelId: v.id("channels"), readAt: v.timestamp() })
    .mutation(async ({ ctx, args }) => {
        await requireMembership(ctx, args.channelId, ctx.profile._id);

        const marker = await ctx.db
            .query("readMarkers")
            .withIndex("by_profile", (q) => q.eq("channelId", args.channelId).eq("profileId", ctx.profile._id))
            .unique();

        if (marker) {
            await ctx.db.readMarkers.patch(marker._id, { readAt: args.readAt });
        } else {
            await ctx.db.insert("readMarkers", {
                channelId: args.channelId,
                profileId: ctx.profile._id,
                readAt: args.readAt,
            });
        }
        ctx.log.debug("marked read", { channelId: args.channelId });
    });

export const myMarker = memberQuery.input({ channelId: v.id("channels") }).query(({ ctx, args }) =>
    ctx.db
        .query("readMarkers")
        .withIndex("by_profile", (q) => q.eq("channelId", args.channelId).eq("profileId", ctx.profile._id))
        .unique(),
);
