import type { MutationCtx, QueryCtx } from "@gen/server";

type Db = MutationCtx["db"];

export abstract class Store<Row extends { _id: string }> {
  constructor(protected readonly db: Db) {}

  protected abstract load(id: Row["_id"]): Promise<Row | null>;

  async need(id: Row["_id"]): Promise<Row> {
    const row = await this.load(id);
    if (row === null) throw new Error("gone");
    return row;
  }

  static reading<C extends Pick<QueryCtx, "db">, S>(this: new (db: any) => S, ctx: C): S {
    return new this(ctx.db);
  }
}
