import { LunoraError } from "lunorash/server";

export const SHARD_TABLES = ["nodes", "bookmarks", "revisions", "tagColors", "settings"] as const;

export type ShardTable = (typeof SHARD_TABLES)[number];

export interface Row {
  _id: string;
  _creationTime: number;
  userId: string;
  [column: string]: unknown;
}

interface Range {
  eq(column: string, value: unknown): Range;
  gt(column: string, value: unknown): Range;
  lt(column: string, value: unknown): Range;
}

interface Reader {
  withIndex(name: string, range?: (q: Range) => Range): Reader;
  filter(test: (row: Row) => boolean): Reader;
  order(direction: "asc" | "desc"): Reader;
  collect(): Promise<Row[]>;
  first(): Promise<Row | null>;
  take(count: number): Promise<Row[]>;
  unique(): Promise<Row | null>;
}

/** What a mutator's server side really gets; the package's own type knows neither our tables nor the third argument. */
export interface MutatorCtx {
  auth: { userId: string | null };
  now: number;
  db: {
    query(table: ShardTable): Reader;
    get(id: string, expectedTable: ShardTable): Promise<Row | null>;
    insert(table: ShardTable, doc: Record<string, unknown>, options?: { clientId?: string }): Promise<string>;
    patch(id: string, fields: Record<string, unknown>, expectedTable: ShardTable): Promise<void>;
    delete(id: string, expectedTable: ShardTable): Promise<void>;
    wipeShard(options: { tables: readonly ShardTable[] }): Promise<void>;
  };
}

export function requireOwner(ctx: MutatorCtx, userId: string): void {
  if (ctx.auth.userId !== userId) {
    throw new LunoraError("FORBIDDEN", "Not your outline");
  }
}

export async function insertOwned(
  ctx: MutatorCtx,
  table: ShardTable,
  userId: string,
  doc: Record<string, unknown>,
  clientId?: string,
): Promise<string> {
  return ctx.db.insert(table, { ...doc, userId }, { clientId });
}
