import { defineSchema } from 'lunorash/server';
import * as tables from './tables';
import { gradeBook } from './tables/index.js';

const { students, teachers } = tables;

export default defineSchema({
  students,
  teachers,
  forms: tables.forms,
  lessons: tables.lessons,
  absences: tables.absences,
  grades: gradeBook,
});
