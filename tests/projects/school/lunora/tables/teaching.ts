import { defineTable, v } from 'lunorash/server';

export const lessons = defineTable({
  formId: v.id('forms'),
  teacherId: v.id('teachers'),
  subject: v.string(),
  plannedRoom: v.string(),
  actualRoom: v.string(),
  startsAt: v.timestamp(),
})
  .index('by_form_start', ['formId', 'startsAt'])
  .index('by_teacher', ['teacherId'])
  .index('by_start', ['startsAt']);

export const absences = defineTable({
  studentId: v.id('students'),
  lessonId: v.id('lessons'),
  excused: v.boolean(),
  kind: v.union(v.literal('ill'), v.literal('trip'), v.literal('other')),
}).index('by_student', ['studentId']);

export const grades = defineTable({
  studentId: v.id('students'),
  subject: v.string(),
  mark: v.number().min(1).max(6),
  givenAt: v.timestamp(),
}).index('by_student_subject', ['studentId', 'subject', 'givenAt']);
