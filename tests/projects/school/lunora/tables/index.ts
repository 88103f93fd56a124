export * from './people';
export { lessons, absences, grades as gradeBook } from './teaching';
