import { v } from 'lunorash/server';
import * as server from '#lunora/_generated/server';
import { absent, lessonsOf, studentByLogin } from './lib';
import { countRows } from '#shared/rows';

const { query, mutation: change } = server;

export const me = query.query(async ({ ctx }) => {
  const identity = await ctx.auth.getIdentity();
  return identity?.email ? studentByLogin(ctx, identity.email) : null;
});

export const subject = query.input({ subject: v.string() }).query(({ ctx, args }) => lessonsOf(ctx, args.subject));

export const staffSize = server.query.query(({ ctx }) => countRows(ctx, 'teachers'));

const everyStudent = query.query(({ ctx }) => ctx.db.query('students').collect());

export const timetable = query
  .input({ formId: v.id('forms'), from: v.timestamp() })
  .query(({ ctx, args }) =>
    ctx.db
      .query('lessons')
      .withIndex('by_form_start', (q) => q.eq('formId', args.formId).gte('startsAt', args.from))
      .take(60),
  );

const allForms = query.query(async ({ ctx }) => {
  const forms = await ctx.db.query('forms').withIndex('by_year_label').collect();
  return forms.map(({ label, year }) => `${year}${label}`);
});

export { allForms as forms };

export default query.input({ studentId: v.id('students') }).query(async ({ ctx, args }) => absent(ctx, args.studentId).count());

export const miss = change
  .input({ studentId: v.id('students'), lessonId: v.id('lessons'), kind: v.string() })
  .mutation(({ ctx, args }) => ctx.db.absences.insert({ ...args, excused: false }));

export const drafts = { everyStudent };
