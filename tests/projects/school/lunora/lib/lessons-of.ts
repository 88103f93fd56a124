import type { Reader } from './rows.js';

export default async function lessonsOf(reader: Reader, subject: string) {
  const found = [];
  for (const lesson of await reader.db.query('lessons').collect()) {
    if (lesson.subject !== subject) continue;
    found.push(lesson);
  }
  return found;
}
