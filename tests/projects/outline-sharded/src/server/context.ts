import type { Doc, Id, TableName } from "../../lunora/_generated/dataModel"

export type ShardTable = "nodes" | "tags" | "nodeTags" | "history" | "settings"

export interface Range {
  eq(field: string, value: unknown): Range
  gt(field: string, value: unknown): Range
  gte(field: string, value: unknown): Range
  lt(field: string, value: unknown): Range
  lte(field: string, value: unknown): Range
}

export interface Rows<T> {
  withIndex(name: string, range?: (q: Range) => Range): Rows<T>
  filter(keep: (row: T) => boolean): Rows<T>
  order(direction: "asc" | "desc"): Rows<T>
  collect(): Promise<T[]>
  take(n: number): Promise<T[]>
  first(): Promise<T | null>
  unique(): Promise<T | null>
}

export interface MutatorCtx {
  auth: { userId: string | null }
  now: number
  db: {
    get<T extends TableName>(id: Id<T>, table: T): Promise<Doc<T> | null>
    query<T extends ShardTable>(table: T): Rows<Doc<T>>
    insert<T extends ShardTable>(table: T, row: object): Promise<Id<T>>
    patch<T extends ShardTable>(id: Id<T>, fields: object, table: T): Promise<void>
    delete<T extends ShardTable>(id: Id<T>, table: T): Promise<void>
    wipeShard(options: { tables: ShardTable[] }): Promise<void>
  }
}

export function assertOwner(ctx: MutatorCtx, userId: string) {
  if (ctx.auth.userId !== userId) throw new Error("not the owner")
}
