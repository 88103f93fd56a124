import type { Doc, Id, QueryCtx } from "#lunora/_generated/server.js";
import { labelsById } from "#lunora/projects/lib/labels.js";

type Db = QueryCtx["db"];
type Status = Doc<"tasks">["status"];

const COLUMN_SIZE = 200;

function column(db: Db, projectId: Id<"projects">, status: Status) {
    return db
        .query("tasks")
        .withIndex("by_project_status_position", (q) => q.eq("projectId", projectId).eq("status", status))
        .take(COLUMN_SIZE);
}

export async function loadBoard(db: Db, projectId: Id<"projects">) {
    const [labels, todo, doing, done] = await Promise.all([
        labelsById(db),
        column(db, projectId, "todo"),
        column(db, projectId, "doing"),
        column(db, projectId, "done"),
    ]);
    const card = (task: Doc<"tasks">) => ({
        _id: task._id,
        title: task.title,
        labels: task.labelIds.map((id) => labels.get(id)),
    });
    return { todo: todo.map(card), doing: doing.map(card), done: done.map(card) };
}

/** The last card of a column, to put a new one below it. */
export function lastCard(db: Db, projectId: Id<"projects">, status: Status) {
    return db
        .query("tasks")
        .withIndex("by_project_status_position", (q) => q.eq("projectId", projectId).eq("status", status))
        .order("desc")
        .first();
}

/** Cards at or below a position, which make room for one that is dropped there. */
export function cardsFrom(db: Db, projectId: Id<"projects">, position: number) {
    return db
        .query("tasks")
        .withIndex("by_project_status_position", (q) => q.eq("projectId", projectId).gte("position", position))
        .take(COLUMN_SIZE);
}
