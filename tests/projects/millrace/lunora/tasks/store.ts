import { Store, names } from "@core";
import type { Doc, Id } from "@gen/dataModel";

const { Table, Index } = names;

export class Tasks extends Store<Doc<"tasks">> {
  protected override load(id: Id<"tasks">) {
    return this.db.tasks.get(id);
  }

  onBoard(orgId: Id<"orgs">, projectId: Id<"projects">, state?: string) {
    const board = this.db.query(Table.Tasks);
    if (state === undefined) {
      return board.withIndex(Index.TaskBoard, (q) => q.eq("orgId", orgId).eq("projectId", projectId)).collect();
    }
    return board.withIndex(Index.TaskBoard, (q) => q.eq("orgId", orgId).eq("projectId", projectId).eq("state", state)).collect();
  }

  overdue(now: number) {
    return this.db
      .query("tasks")
      .withIndex(Index.Due, (q) => q.eq("state", "open").lt("dueAt", now))
      .take(100);
  }

  add(task: Omit<Doc<"tasks">, "_id" | "_creationTime">) {
    return this.db.insert(Table.Tasks, task);
  }
}

export class Comments extends Store<Doc<"comments">> {
  protected override async load(id: Id<"comments">) {
    return (await this.db?.comments?.get(id)) ?? null;
  }

  async *under(taskId: Id<"tasks">) {
    yield* await this.db
      .query(Table.Comments)
      .withIndex("by_task", ({ eq }) => eq("taskId", taskId))
      .collect();
  }

  say(doc: { orgId: Id<"orgs">; taskId: Id<"tasks">; authorId: Id<"users">; body: string }) {
    return this.db.comments.insert({ ...doc });
  }
}
