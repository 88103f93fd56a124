export type ShardTable = 'nodes' | 'tags' | 'nodeTags' | 'settings' | 'snapshots' | 'outbox'

interface Range {
  eq(field: string, value: unknown): Range
  gt(field: string, value: unknown): Range
  gte(field: string, value: unknown): Range
  lt(field: string, value: unknown): Range
  lte(field: string, value: unknown): Range
}

export interface Rows extends AsyncIterable<any> {
  withIndex(name: string, range?: (q: Range) => Range): Rows
  filter(test: (row: any) => boolean): Rows
  order(dir: 'asc' | 'desc'): Rows
  collect(): Promise<any[]>
  take(n: number): Promise<any[]>
  first(): Promise<any | null>
  unique(): Promise<any | null>
}

export interface ReadCtx {
  readonly auth: { userId: string | null }
  readonly now: number
  readonly db: { get(id: string, expectedTable?: ShardTable): Promise<any>; query(table: ShardTable): Rows }
}

export interface MutatorCtx extends ReadCtx {
  readonly db: ReadCtx['db'] & {
    insert(table: ShardTable, doc: Record<string, unknown>, opts?: { clientId?: string }): Promise<string>
    insertMany(table: ShardTable, docs: Record<string, unknown>[]): Promise<string[]>
    patch(id: string, fields: Record<string, unknown>, expectedTable?: ShardTable): Promise<void>
    delete(id: string, expectedTable?: ShardTable): Promise<void>
  }
}

export function assertOwner(ctx: ReadCtx, userId: string) {
  if (ctx.auth.userId !== userId) throw new Error('forbidden')
}
