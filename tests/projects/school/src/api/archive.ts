import { query } from '../../lunora/_generated/server';

export const archive = query.query(async ({ ctx }) => {
  const left = await ctx.db.query('students').filter((s) => s.status === 'left').collect();
  const lessons = await ctx.db.query('lessons').collect();
  return { left, lessons };
});
