import { LunoraError } from "lunorash/server";

import { v } from "./_generated/server.js";
import { requireModerator } from "./lib/access.js";
import { memberMutation, memberQuery } from "./lib/procs.js";

const WEEK = 7 * 24 * 60 * 60 * 1000;

export const create = memberMutation
    .input({ channelId: v.id("channels"), uses: v.number().int().min(1).max(100) })
    .mutation(async ({ ctx, args }) => {
        await requireModerator(ctx, args.channelId, ctx.profile._id);

        const token = crypto.randomUUID();
        await ctx.db.invites.insert({
            channelId: args.channelId,
            createdBy: ctx.profile._id,
            token,
            usesLeft: args.uses,
            expiresAt: ctx.now + WEEK,
        });
        ctx.log.info("invite created", { channelId: args.channelId });
        return token;
    });

export const accept = memberMutation.input({ token: v.string().max(64) }).mutation(async ({ ctx, args }) => {
    const invite = await ctx.db.invites.findFirst({ where: { token: args.token } });
    if (!invite || invite.usesLeft === 0 || invite.expiresAt < ctx.now) {
        throw new LunoraError("NOT_FOUND", "This invite is no longer valid");
    }

    await ctx.db.memberships.insert(
        { channelId: invite.channelId, profileId: ctx.profile._id, role: "member" },
        { skipDuplicates: true },
    );
    await ctx.db.invites.patch(invite._id, { usesLeft: invite.usesLeft - 1 });
    ctx.log.info("invite accepted", { channelId: invite.channelId });
    return invite.channelId;
});

export const forChannel = memberQuery.input({ channelId: v.id("channels") }).query(async ({ ctx, args }) => {
    await requireModerator(ctx, args.channelId, ctx.profile._id);
    const { page } = await ctx.db.invites.findMany({ where: { channelId: args.channelId } });
    return page;
});

export const mine = memberQuery.query(async ({ ctx }) => {
    const { page } = await ctx.db.invites.findMany({ where: { createdBy: ctx.profile._id } });
    return page;
});
