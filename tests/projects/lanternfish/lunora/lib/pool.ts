interface Sql {
  query(text: string): { filter(p: (row: any) => boolean): { collect(): Promise<unknown[]> } };
}

export class Warehouse {
  constructor(private readonly pool: { db: Sql }) {}

  stale(days: number) {
    return this.pool.db
      .query("select * from readings")
      .filter((row) => row.age > days)
      .collect();
  }
}
