import { v } from "lunorash/server";
import { internalMutation } from "@/lunora/_generated/server";
import { enqueue } from "@/lunora/jobs/lib/enqueue";
import { memberMutation, memberQuery } from "@/lunora/lib/procedures";

export const request = memberMutation.mutation(async ({ args, ctx }) => {
    const exportId = await ctx.db.exports.insert({
        workspaceId: args.workspaceId,
        requestedBy: ctx.user._id,
        requestedAt: ctx.now,
        status: "waiting",
    });
    await enqueue(ctx.db, "export", { exportId }, ctx.now);
    return exportId;
});

export const latest = memberQuery.query(async ({ args, ctx }) => {
    const { page } = await ctx.db.exports.findMany({
        where: { workspaceId: args.workspaceId },
        orderBy: [{ requestedAt: "desc" }],
        limit: 5,
    });
    return page;
});

export const build = internalMutation.input({ exportId: v.id("exports") }).mutation(async ({ args, ctx }) => {
    await ctx.db.exports.patch(args.exportId, { status: "ready", file: `exports/${args.exportId}.zip` });
});
