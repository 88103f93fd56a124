import type { ActionCtx, MutationCtx as Writer, QueryCtx as Reader } from '../_generated/server.js';

export type { Reader };

export function studentByLogin({ db }: Reader, email: string) {
  return db.query('students').withIndex('by_login', (q) => q.eq('loginEmail', email)).unique();
}

export async function add<T extends 'students' | 'teachers' | 'forms' | 'lessons'>(ctx: Writer, table: T, doc: any) {
  const id = await ctx.db.insert(table, doc);
  return { id, table };
}

export const absent = (ctx: Reader, studentId: string) => {
  const all = ctx.db.query('absences').withIndex('by_student', (q) => q.eq('studentId', studentId));
  return {
    count: async () => (await all.collect()).length,
  };
};

export async function guardians(ctx: ActionCtx) {
  const students = await ctx.db.query('students').collect();
  return new Set(students.map((s) => s.guardianEmail));
}
