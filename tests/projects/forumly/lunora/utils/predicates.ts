type Row = Record<string, any>;
export type Test<T extends Row = Row> = (row: T) => boolean;

export const field =
  (name: string) =>
  (row: Row): unknown =>
    row[name];

export const both =
  <T extends Row>(a: Test<T>, b: Test<T>): Test<T> =>
  (row) =>
    a(row) && b(row);

export const byForum =
  (forumId: string): Test =>
  (row) =>
    row.forumId === forumId;

export const authoredBy = (userId: string) => (row: Row) => row.authorId === userId;

export function groupBy<T extends Row>(rows: T[], key: keyof T) {
  return rows.reduce((groups, row) => {
    const list = groups.get(row[key]) ?? [];
    list.push(row);
    return groups.set(row[key], list);
  }, new Map<T[keyof T], T[]>());
}
