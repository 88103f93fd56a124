import { v } from "lunorash/server";
import { record } from "@/lunora/audit/log";
import { title } from "@/lunora/lib/validators";
import { adminMutation, authMutation, liteAuthQuery, memberMutation, memberQuery } from "@/lunora/lib/procedures";
import { setArchived, workspaceIdsOf } from "@/lunora/workspaces/lib/membership";

export const mine = liteAuthQuery.query(async ({ ctx }) => {
    const ids = await workspaceIdsOf(ctx.db, ctx.user._id);
    const { page } = await ctx.db.workspaces.findMany({ where: { _id: { in: ids } }, limit: 100 });
    return page.map(({ _id, name, slug, plan }) => ({ _id, name, slug, plan }));
});

export const get = memberQuery.query(({ args, ctx }) => ctx.db.workspaces.findFirst({ where: { _id: args.workspaceId } }));

export const create = authMutation
    .input({ slug: v.string().min(3).max(40), name: title })
    .mutation(async ({ args, ctx }) => {
        const workspaceId = await ctx.db.workspaces.insert({
            ...args,
            ownerId: ctx.user._id,
            plan: "free",
            createdAt: ctx.now,
            updatedAt: ctx.now,
        });
        await ctx.db.members.insert({ workspaceId, userId: ctx.user._id, role: "owner", joinedAt: ctx.now });
        return workspaceId;
    });

export const rename = memberMutation
    .input({ name: title })
    .mutation(async ({ args, ctx }) => {
        await ctx.db.workspaces.patch(args.workspaceId, { name: args.name, updatedAt: ctx.now });
        await record(ctx, {
            workspaceId: args.workspaceId,
            actorId: ctx.user._id,
            action: "workspace.rename",
            subject: args.name,
        });
    });

export const archive = adminMutation
    .input({ workspaceId: v.id("workspaces") })
    .mutation(async ({ args, ctx }) => {
        await setArchived(ctx.db, args.workspaceId, ctx.now);
        await ctx.workflows.get("offboarding").create({ params: { workspaceId: args.workspaceId } });
    });

export const unarchive = adminMutation
    .input({ workspaceId: v.id("workspaces") })
    .mutation(({ args, ctx }) => setArchived(ctx.db, args.workspaceId, null));
