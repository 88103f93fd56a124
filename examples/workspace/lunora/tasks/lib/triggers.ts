import type { TriggerBuilder } from "lunorash/server";

/** Keeps the history of a task. Runs inside every write to `tasks`. */
export function taskTriggers(t: TriggerBuilder<"tasks">) {
    return {
        created: t.afterInsert(async (ctx, { doc }) => {
            await ctx.db.insert("activity", {
                workspaceId: doc.workspaceId,
                taskId: doc._id,
                actorId: doc.reporterId,
                kind: "created",
                at: doc.createdAt,
            });
        }),
        moved: t.afterUpdate(async (ctx, { doc, previous }) => {
            if (doc.status !== previous.status) {
                await ctx.db.insert("activity", {
                    workspaceId: doc.workspaceId,
                    taskId: doc._id,
                    kind: `moved:${doc.status}`,
                    at: doc.updatedAt,
                });
            }
        }),
    };
}
