import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { Doc, Id, TableName } from "../_generated/dataModel";

type Reading = Pick<QueryCtx, "db">;

export const byId = <T extends TableName>(ctx: Reading, id: Id<T>): Promise<Doc<T> | null> => ctx.db.get(id);

export function everything<T extends TableName>({ db }: Reading, table: T): Promise<Doc<T>[]> {
  return db.query(table).collect();
}

export const newest = (ctx: Reading, table: "readings" | "inspections" = "readings", count = 50) => ctx.db.query(table).order("desc").take(count);

export const creator =
  <T extends TableName>(table: T) =>
  (ctx: Pick<MutationCtx, "db">) =>
  (doc: Omit<Doc<T>, "_id" | "_creationTime">) =>
    ctx.db.insert(table, doc);
