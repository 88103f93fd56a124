import { v } from "lunorash/server";

export const teacherRef = v.id("teachers");
export const yearAndTerm = { year: v.number().int(), term: v.string() };

export const COURSE_YEAR = ["courseId", "year"] as const;
export const BY_NAME: string[] = ["name"];
