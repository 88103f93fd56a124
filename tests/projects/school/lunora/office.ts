import { v } from 'lunorash/server';
import { internalAction, internalMutation as job, query as publicQuery } from '#lunora/_generated/server.js';
import { add } from '#lunora/lib/rows';

export const inCity = publicQuery
  .input({ city: v.string() })
  .query(({ ctx, args }) => ctx.db.query('students').filter((s) => s.address.city === args.city).collect());

export const moved = publicQuery.query(({ ctx }) => ctx.db.query('lessons').filter((l) => l.plannedRoom !== l.actualRoom).collect());

export const notIll = publicQuery.query(({ ctx }) => ctx.db.query('absences').filter((a) => a.kind !== 'ill').collect());

export const roll = publicQuery
  .input({ which: v.union(v.literal('current'), v.literal('former'), v.literal('future')) })
  .query(({ ctx, args }) =>
    ctx.db
      .query('students')
      .filter((s) => {
        switch (args.which) {
          case 'current':
            return s.status === 'enrolled';
          case 'former':
            return s.status === 'left';
          default:
            return s.status === 'applied';
        }
      })
      .collect(),
  );

export const hasExcuse = publicQuery.input({ lessonId: v.id('lessons') }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query('absences').collect();
  return rows.some((a) => a.lessonId === args.lessonId && a.excused);
});

export const deputyOf = publicQuery.input({ teacherId: v.id('teachers') }).query(async ({ ctx, args }) => {
  const teacher = await ctx.db.teachers.get(args.teacherId);
  return ctx.db.query('forms').filter((form) => teacher?._id === form.teacherId).collect();
});

export const tomorrow = publicQuery.query(({ ctx }) =>
  ctx.db
    .query('lessons')
    .withIndex('by_start', (q) => q.gte('startsAt', ctx.now).lt('startsAt', ctx.now + 86_400_000))
    .collect(),
);

export const enrol = job
  .input({ name: v.string(), formId: v.id('forms'), email: v.string(), guardianEmail: v.string(), street: v.string(), city: v.string() })
  .mutation(({ ctx, args: { street, city, email, ...rest } }) =>
    add(ctx, 'students', { ...rest, loginEmail: email, status: 'applied', address: { street, city } }),
  );

export const hire = job
  .input({ name: v.string(), email: v.string(), form: v.optional(v.object({ label: v.string(), year: v.number() })) })
  .mutation(async ({ ctx, args: { form, ...teacher } }) => {
    const { id: teacherId } = await add(ctx, 'teachers', teacher);
    if (form) await add(ctx, 'forms', { ...form, teacherId });
  });

export const plan = job
  .input({ formId: v.id('forms'), teacherId: v.id('teachers'), subject: v.string(), room: v.string(), startsAt: v.timestamp() })
  .mutation(({ ctx, args: { room, ...lesson } }) => add(ctx, 'lessons', { ...lesson, plannedRoom: room, actualRoom: room }));

export const nightly = internalAction.action(async ({ ctx }) => {
  const { guardians } = await import('./lib/rows');
  const mails = await guardians(ctx);
  return mails.size;
});
