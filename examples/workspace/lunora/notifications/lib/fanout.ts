import type { Id, MutationCtx } from "@/lunora/_generated/server";

const WATCHER_LIMIT = 200;

/** Tells everybody who watches a task what somebody did to it. */
export async function notifyWatchers(ctx: MutationCtx, taskId: Id<"tasks">, what: string) {
    const task = await ctx.db.get(taskId, "task");
    if (!task) {
        return;
    }
    const watchers = await ctx.db.taskWatchers.findMany({ where: { taskId }, limit: WATCHER_LIMIT });
    await ctx.db.notifications.insertMany(
        watchers.page.map((watcher) => ({
            workspaceId: task.workspaceId,
            userId: watcher.userId,
            taskId,
            text: `Somebody ${what}: ${task.title}`.slice(0, 300),
        })),
    );
}
