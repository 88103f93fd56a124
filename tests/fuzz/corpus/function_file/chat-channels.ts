import { LunoraError } from "lunorash/server";

import { v } from "./_generated/server.js";
import { requireMembership, requireModerator } from "./lib/access.js";
import { memberMutation, memberQuery } from "./lib/procs.js";
import { channelKind } from "./lib/validators.js";

/** The channel browser. */
export const directory = memberQuery.query(async ({ ctx }) => {
    const { page } = await ctx.db.channels.findMany();
    return page.map(({ _id, slug, title, topic, kind }) => ({ _id, slug, title, topic, kind }));
});

/** The sidebar: channels that I am in. */
export const mine = memberQuery.query(async ({ ctx }) => {
    const { page } = await ctx.db.memberships.findMany({ where: { profileId: ctx.profile._id }, with: { channel: true } });
    return page.map((membership) => ({ ...membership.channel, role: membership.role }));
});

export const bySlug = memberQuery.input({ slug: v.string().max(64) }).query(async ({ ctx, args }) => {
    const channel = await ctx.db.channels.findFirst({ where: { slug: args.slug } });
    if (!channel) {
        return null;
    }
    if (channel.kind === "private") {
        await requireMembership(ctx, channel._id, ctx.profile._id);
    }
    return channel;
});

export const create = memberMutation
    .input({ slug: v.string().max(64), title: v.string().max(120), kind: channelKind })
    .mutation(async ({ ctx, args }) => {
        const taken = await ctx.db.channels.findFirst({ where: { slug: args.slug } });
        if (taken) {
            throw new LunoraError("CONFLICT", "That name is taken");
        }

        const channelId = await ctx.db.channels.insert({ ...args, createdBy: ctx.profile._id });
        await ctx.db.memberships.insert({ channelId, profileId: ctx.profile._id, role: "owner" });
        ctx.log.info("channel created", { channelId });
        return channelId;
    });

export const setTopic = memberMutation
    .input({ channelId: v.id("channels"), topic: v.string().max(250) })
    .mutation(async ({ ctx, args }) => {
        await requireModerator(ctx, args.channelId, ctx.profile._id);
        await ctx.db.channels.patch(args.channelId, { topic: args.topic });
        ctx.log.info("topic changed", { channelId: args.channelId });
    });

export const archive = memberMutation.input({ channelId: v.id("channels") }).mutation(async ({ ctx, args }) => {
    await requireModerator(ctx, args.channelId, ctx.profile._id);
    await ctx.db.channels.patch(args.channelId, { archivedAt: ctx.now });
    ctx.log.info("channel archived", { channelId: args.channelId });
});
