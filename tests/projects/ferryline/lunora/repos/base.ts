import type { QueryCtx } from "../_generated/server";

export type Reader = QueryCtx["db"];

export abstract class Repo {
  protected readonly db: Reader;

  constructor(db: Reader) {
    this.db = db;
  }
}
