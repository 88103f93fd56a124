import { defineTable, v } from 'lunorash/server';

const address = v.object({ street: v.string(), city: v.string() });

export const students = defineTable({
  name: v.string(),
  formId: v.id('forms'),
  address,
  status: v.union(v.literal('enrolled'), v.literal('left'), v.literal('applied')),
  guardianEmail: v.string(),
  loginEmail: v.string(),
})
  .index('by_form_name', ['formId', 'name'])
  .index('by_login', ['loginEmail'], { unique: true });

export const teachers = defineTable({
  name: v.string(),
  email: v.string().unique(),
  deputyId: v.optional(v.id('teachers')),
});

export const forms = defineTable({
  label: v.string(),
  year: v.number(),
  teacherId: v.id('teachers'),
})
  .index('by_year_label', ['year', 'label'])
  .index('by_teacher', ['teacherId']);
