import { v } from "lunorash/server";
import { internalQuery } from "@/lunora/_generated/server";
import { pageArgs } from "@/lunora/lib/fields";
import { page } from "@/lunora/lib/paging";
import { memberQuery } from "@/lunora/lib/procedures";
import { taskStatus } from "@/lunora/lib/validators";
import { loadBoard } from "@/lunora/tasks/lib/board";
import { reportedBy } from "@/lunora/tasks/lib/reported";

export const board = memberQuery
    .input({ projectId: v.id("projects") })
    .query(({ args, ctx }) => loadBoard(ctx.db, args.projectId));

export const list = memberQuery
    .input({ projectId: v.id("projects"), status: v.optional(taskStatus), ...pageArgs })
    .query(({ args, ctx }) =>
        ctx.db.tasks.findMany({
            ...page(args),
            where: { projectId: args.projectId, ...(args.status ? { status: args.status } : {}) },
            orderBy: [{ status: "asc" }, { position: "asc" }],
            with: { project: { select: ["key"] }, _count: { comments: true } },
        }),
    );

export const mine = memberQuery.input({ ...pageArgs }).query(({ args, ctx }) =>
    ctx.db.tasks.findMany({
        ...page(args),
        where: { assigneeId: ctx.user._id, status: { in: ["todo", "doing"] } },
    }),
);

export const reported = memberQuery.query(({ ctx }) => reportedBy(ctx, ctx.user._id));

export const detail = memberQuery
    .input({ taskId: v.id("tasks") })
    .query(({ args, ctx }) =>
        ctx.db.tasks.findFirst({
            where: { _id: args.taskId },
            with: {
                project: { select: ["key", "name"] },
                subtasks: { limit: 50, select: ["title", "status"] },
                comments: { limit: 50, with: { author: { select: ["name", "image"] } } },
            },
        }),
    );

export const history = memberQuery
    .input({ taskId: v.id("tasks"), cursor: v.string().max(500).nullable() })
    .query(({ args, ctx }) =>
        ctx.db
            .query("activity")
            .withIndex("by_task_at", (q) => q.eq("taskId", args.taskId))
            .order("desc")
            .paginate({ numItems: 30, cursor: args.cursor }),
    );

export const search = memberQuery
    .input({ projectId: v.id("projects"), term: v.string().min(2).max(80) })
    .query(({ args, ctx }) =>
        ctx.db.tasks
            .withSearchIndex("search_title", (q) => q.search("title", args.term).eq("projectId", args.projectId))
            .take(20),
    );

export const dueBetween = internalQuery
    .input({ from: v.timestamp(), to: v.timestamp() })
    .query(({ args, ctx }) =>
        ctx.db
            .query("tasks")
            .withIndex("by_due", (q) => q.gte("dueAt", args.from).lt("dueAt", args.to))
            .take(100),
    );
