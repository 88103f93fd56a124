import type { Id, QueryCtx as QueryContext } from "@/lunora/_generated/server";

export async function reportedBy(context: QueryContext, userId: Id<"users">) {
    const reader = context.db.query("tasks");
    const tasks = await reader.filter((task) => userId === task.reporterId).collect();
    return tasks.map((task) => ({ _id: task._id, title: task.title, status: task.status }));
}
