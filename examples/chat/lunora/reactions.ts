import { v } from "./_generated/server.js";
import { requireMembership } from "./lib/access.js";
import { memberMutation, memberQuery } from "./lib/procs.js";

export const forMessage = memberQuery
    .input({ channelId: v.id("channels"), messageId: v.id("messages") })
    .query(async ({ ctx, args }) => {
        await requireMembership(ctx, args.channelId, ctx.profile._id);

        const rows = await ctx.db
            .query("reactions")
            .withIndex("by_message_profile", (q) => q.eq("messageId", args.messageId))
            .collect();

        const counts: Record<string, number> = {};
        for (const { emoji } of rows) {
            counts[emoji] = (counts[emoji] ?? 0) + 1;
        }
        return counts;
    });

export const toggle = memberMutation
    .input({ channelId: v.id("channels"), messageId: v.id("messages"), emoji: v.string().max(64) })
    .mutation(async ({ ctx, args }) => {
        await requireMembership(ctx, args.channelId, ctx.profile._id);

        const existing = await ctx.db
            .query("reactions")
            .withIndex("by_message_profile", (q) =>
                q.eq("messageId", args.messageId).eq("profileId", ctx.profile._id).eq("emoji", args.emoji),
            )
            .first();

        if (existing) {
            await ctx.db.reactions.delete(existing._id);
        } else {
            await ctx.db.insert("reactions", { ...args, profileId: ctx.profile._id });
        }
        ctx.log.debug("reaction toggled", { messageId: args.messageId });
    });
