import { v } from "./_generated/server.js";
import { requireMembership } from "./lib/access.js";
import { memberMutation, memberQuery } from "./lib/procs.js";
import { presenceStatus } from "./lib/validators.js";

const ONLINE_WINDOW = 45_000;

/** Sent by each open tab every 20 seconds. */
export const heartbeat = memberMutation
    .input({ channelId: v.id("channels"), status: presenceStatus })
    .mutation(async ({ ctx, args }) => {
        await requireMembership(ctx, args.channelId, ctx.profile._id);

        const row = await ctx.db
            .query("presence")
            .withIndex("by_profile", (q) => q.eq("channelId", args.channelId).eq("profileId", ctx.profile._id))
            .unique();

        if (row) {
            await ctx.db.presence.patch(row._id, { status: args.status, seenAt: ctx.now });
        } else {
            await ctx.db.presence.insert({
                channelId: args.channelId,
                profileId: ctx.profile._id,
                status: args.status,
                seenAt: ctx.now,
            });
        }
        ctx.log.debug("heartbeat");
    });

export const online = memberQuery.input({ channelId: v.id("channels") }).query(async ({ ctx, args }) => {
    await requireMembership(ctx, args.channelId, ctx.profile._id);

    const since = ctx.now - ONLINE_WINDOW;
    return ctx.db
        .query("presence")
        .filter((row) => row.seenAt > since)
        .collect();
});
