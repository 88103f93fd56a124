import { v } from "lunorash/server";
import { record } from "@/lunora/audit/log";
import { pageArgs } from "@/lunora/lib/fields";
import { page } from "@/lunora/lib/paging";
import { memberMutation, memberQuery } from "@/lunora/lib/procedures";
import { projectStatus, title } from "@/lunora/lib/validators";

export const list = memberQuery
    .input({ status: v.optional(projectStatus), ...pageArgs })
    .query(({ args, ctx }) =>
        ctx.db.projects.findMany({
            ...page(args),
            where: { workspaceId: args.workspaceId, ...(args.status ? { status: args.status } : {}) },
        }),
    );

export const activeCount = memberQuery.query(async ({ ctx }) => {
    const active = await ctx.db.query("projects").withIndex("by_status", (q) => q.eq("status", "active")).take(500);
    return active.length;
});

export const create = memberMutation
    .input({ key: v.string().min(2).max(6), name: title })
    .mutation(async ({ args, ctx }) => {
        const projectId = await ctx.db.projects.insert({
            ...args,
            leadId: ctx.user._id,
            status: "active",
            createdAt: ctx.now,
            updatedAt: ctx.now,
        });
        await record(ctx, {
            workspaceId: args.workspaceId,
            actorId: ctx.user._id,
            action: "project.create",
            subject: args.key,
        });
        return projectId;
    });

export const close = memberMutation
    .input({ projectId: v.id("projects") })
    .mutation(({ args, ctx }) => ctx.db.projects.patch(args.projectId, { status: "closed", updatedAt: ctx.now }));

export const saveLabel = memberMutation
    .input({ name: v.string().min(1).max(40), color: v.string().length(7) })
    .mutation(({ args, ctx }) =>
        ctx.db.labels.upsert({ target: ["workspaceId", "name"], create: args, update: { color: args.color } }),
    );
