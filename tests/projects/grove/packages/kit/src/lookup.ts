interface HasDb {
  readonly db: any;
}

export function oneBy(ctx: HasDb, table: string, index: string, field: string, value: unknown): Promise<any>;
export function oneBy(ctx: HasDb, table: string, index: string, field: string): (value: unknown) => Promise<any>;
export function oneBy(ctx: HasDb, table: string, index: string, field: string, ...rest: unknown[]) {
  const find = (value: unknown) =>
    ctx.db
      .query(table)
      .withIndex(index, (q: any) => q.eq(field, value))
      .unique();
  return rest.length > 0 ? find(rest[0]) : find;
}
