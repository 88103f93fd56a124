import { v } from 'lunorash/server';
import { mutation, query } from './_generated/server.js';

export const ofStudent = query.input({ studentId: v.id('students') }).query(({ ctx, args }) =>
  ctx.db
    .query('grades')
    .withIndex('by_student_subject', (q) => q.eq('studentId', args.studentId))
    .collect(),
);

<<<<<<< HEAD
export const give = mutation
  .input({ studentId: v.id('students'), subject: v.string(), mark: v.number() })
  .mutation(({ ctx, args }) => ctx.db.grades.insert({ ...args, givenAt: ctx.now }));
=======
export const give = mutation
  .input({ studentId: v.id('students'), subject: v.string(), mark: v.number().min(1).max(6) })
  .mutation(({ ctx, args }) => ctx.db.insert('grades', { ...args, givenAt: ctx.now }));
>>>>>>> origin/marks
