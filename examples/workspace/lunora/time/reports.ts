import { v } from "lunorash/server";
import { memberQuery } from "@/lunora/lib/procedures";

export const sheet = memberQuery
    .input({ from: v.timestamp(), to: v.timestamp() })
    .query(({ args, ctx }) =>
        ctx.db
            .query("timeEntries")
            .withIndex("by_user_started", (q) =>
                q.eq("userId", ctx.user._id).gte("startedAt", args.from).lt("startedAt", args.to),
            )
            .collect(),
    );

export const longest = memberQuery.input({ since: v.timestamp() }).query(async ({ args, ctx }) => {
    const entries = await ctx.db
        .query("timeEntries")
        .withIndex("by_user_started", (q) => q.eq("userId", ctx.user._id).gte("startedAt", args.since))
        .collect();
    return entries.toSorted((a, b) => b.minutes - a.minutes).slice(0, 10);
});

export const ofTask = memberQuery.input({ taskId: v.id("tasks") }).query(async ({ args, ctx }) => {
    const minutes = await ctx.db.timeEntries.aggregate({ op: "sum", field: "minutes", where: { taskId: args.taskId } });
    return minutes ?? 0;
});
