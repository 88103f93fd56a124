import { LunoraError, v } from "lunorash/server";
import { pageArgs } from "@/lunora/lib/fields";
import { page } from "@/lunora/lib/paging";
import { adminQuery, authMutation, memberMutation } from "@/lunora/lib/procedures";
import { memberRole } from "@/lunora/lib/validators";

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export const byRole = adminQuery
    .input({ role: memberRole, pendingOnly: v.optional(v.boolean()), ...pageArgs })
    .query(({ args, ctx }) =>
        ctx.db.invites.findMany({
            ...page(args),
            where: { role: args.role, ...(args.pendingOnly ? { acceptedAt: null } : {}) },
        }),
    );

export const send = memberMutation
    .input({ email: v.string().email().max(200), role: memberRole, token: v.string().length(32) })
    .mutation(async ({ args, ctx }) => {
        const { workspaceId, email, role, token } = args;
        await ctx.db.invites.insert({
            workspaceId,
            email,
            role,
            token,
            invitedBy: ctx.user._id,
            expiresAt: ctx.now + WEEK_MS,
        });
        await ctx.queues.mail.send({ template: "invite", to: email, token });
    });

export const accept = authMutation.input({ token: v.string().length(32) }).mutation(async ({ args, ctx }) => {
    const invite = await ctx.db.invites.findFirst({ where: { token: args.token } });
    if (!invite || invite.expiresAt < ctx.now || invite.acceptedAt) {
        throw new LunoraError("BAD_REQUEST", "This invitation is no longer valid.");
    }
    await ctx.db.members.upsert({
        target: ["workspaceId", "userId"],
        create: { workspaceId: invite.workspaceId, userId: ctx.user._id, role: invite.role, joinedAt: ctx.now },
    });
    await ctx.db.invites.patch(invite._id, { acceptedAt: ctx.now });
});
