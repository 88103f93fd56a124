import { v } from "@lunora/server";

import { access } from "./lib/access";
import { dueBefore, inState } from "./lib/reads";

const { system } = access;

export const tick = system.mutation.mutation(async ({ ctx }) => {
    const due = await ctx.db.query("jobs").withIndex("by_state_run", dueBefore(ctx.now)).take(20);
    for (const job of due) {
        await ctx.db.leases.upsert({
            target: ["jobId"],
            create: { jobId: job._id, holder: "tick", expiresAt: ctx.now + 30_000 },
            update: { expiresAt: ctx.now + 30_000 },
        });
        await ctx.db.jobs.patch(job._id, { state: "leased" });
    }
});

export const queued = system.query.query(({ ctx }) => ctx.db.query("jobs").withIndex("by_state_run", inState("queued")).take(100));

export const board = system.query.input({ kind: v.string() }).query(async ({ args, ctx }) => {
    const [jobs, leases] = await Promise.all([
        ctx.db.query("jobs").collect(),
        ctx.db.query("leases").withIndex("by_holder", (q) => q.eq("holder", "tick")).collect(),
    ]);
    const held = new Set(leases.map((lease) => lease.jobId));
    const wanted = jobs.filter((job) => job.kind === args.kind);
    return wanted.map((job) => ({ ...job, held: held.has(job._id) }));
});

export const expired = system.mutation.mutation(async ({ ctx }) => {
    const old = await ctx.db.query("leases").filter((lease) => lease.expiresAt < ctx.now).collect();
    await ctx.db.deleteMany(old.map((lease) => lease._id));
});

export const leaseOf = system.query.input({ jobId: v.id("jobs") }).query(({ args, ctx }) => {
    return ctx.db.query("leases").withIndex("by_jobs", (q) => q.eq("jobId", args.jobId)).unique();
});

export const enqueue = system.mutation
    .input({ kind: v.string(), payload: v.any(), sourceId: v.optional(v.id("sources")) })
    .mutation(async ({ args, ctx }) => {
        await ctx.db.jobs.insert({ ...args, state: "queued", runAt: ctx.now });
        await ctx.db.insert("job_events", { kind: args.kind, at: ctx.now } as never);
    });

export const peek = system.query.input({ id: v.id("jobs") }).query(async ({ args, ctx }) => {
    return ctx.db.jobs.findFirst({ where: { _id: args.id } });
});

export const deleted = system.query.input({ table: v.string(), since: v.number() }).query(async ({ args, ctx }) =>
    ctx.db.query("tombstones").withIndex("by_table", (q) => q.eq("table", args.table).gt("at", args.since)).collect(),
);
