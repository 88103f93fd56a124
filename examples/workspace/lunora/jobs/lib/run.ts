import { internal } from "@/lunora/_generated/internal";
import type { MutationCtx } from "@/lunora/_generated/server";

const BATCH = 100;

const handlers = {
    export: internal.jobs.exports.build,
    invoice: internal.jobs.handlers.invoice,
    winback: internal.jobs.handlers.winback,
} as const;

function dueJobs(db: MutationCtx["db"], now: number) {
    return db.query("jobs").withIndex("by_status_run", (q) => q.lte("runAt", now)).take(BATCH);
}

/** Starts what is due. Says whether there may be more. */
export async function runDueJobs(ctx: MutationCtx): Promise<boolean> {
    const due = await dueJobs(ctx.db, ctx.now);
    for (const job of due) {
        await ctx.scheduler.runAfter(0, handlers[job.kind], JSON.parse(job.payload));
        await ctx.db.jobs.delete(job._id);
    }
    return due.length === BATCH;
}
