import { dormantUsers } from "@/lunora/admin/lib/userReads";
import { internal } from "@/lunora/_generated/internal";
import { internalMutation } from "@/lunora/_generated/server";
import { enqueue } from "@/lunora/jobs/lib/enqueue";
import { runDueJobs } from "@/lunora/jobs/lib/run";

const NINETY_DAYS_MS = 90 * 24 * 60 * 60 * 1000;

export const tick = internalMutation.mutation(async ({ ctx }) => {
    const more = await runDueJobs(ctx);
    if (more) {
        await ctx.scheduler.runAfter(0, internal.maintenance.tick);
    }
});

export const weekly = internalMutation.mutation(async ({ ctx }) => {
    const dormant = await dormantUsers(ctx.db, ctx.now - NINETY_DAYS_MS);
    await Promise.all(dormant.map((user) => enqueue(ctx.db, "winback", user, ctx.now)));
});
