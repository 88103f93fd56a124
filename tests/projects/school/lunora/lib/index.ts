export * from './rows.js';
export { default as lessonsOf } from './lessons-of.js';
export type { Reader } from './rows.js';
