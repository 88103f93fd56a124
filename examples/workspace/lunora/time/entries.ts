import { LunoraError, v } from "lunorash/server";
import { enqueue } from "@/lunora/jobs/lib/enqueue";
import { memberMutation, memberQuery } from "@/lunora/lib/procedures";

export const running = memberQuery.query(({ ctx }) =>
    ctx.db.timeEntries.findFirst({ where: { userId: ctx.user._id, endedAt: null } }),
);

export const start = memberMutation
    .input({ taskId: v.id("tasks"), billable: v.boolean() })
    .mutation(async ({ args, ctx }) => {
        const open = await ctx.db.timeEntries.findFirst({ where: { userId: ctx.user._id, endedAt: null } });
        if (open) {
            throw new LunoraError("CONFLICT", "Another clock is running.");
        }
        return ctx.db.timeEntries.insert({ ...args, userId: ctx.user._id, startedAt: ctx.now });
    });

export const stop = memberMutation.mutation(async ({ args, ctx }) => {
    const open = await ctx.db.timeEntries.findFirst({ where: { userId: ctx.user._id, endedAt: null } });
    if (!open) {
        return;
    }
    const minutes = Math.ceil((ctx.now - open.startedAt) / 60_000);
    await ctx.db.timeEntries.patch(open._id, { endedAt: ctx.now, minutes });
    if (open.billable) {
        await enqueue(ctx.db, "invoice", { workspaceId: args.workspaceId, minutes }, ctx.now);
    }
});
