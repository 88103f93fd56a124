import { defineTable, v } from "lunorash/server";
import { coverField, ownership, reviewable, timestamps } from "../fields";
import { plainTable, tenantTable } from "./base";

const BY_COURSE = ["courseId", "position"] as const;

export const courses = tenantTable({
  ...ownership(),
  title: v.string(),
  slug: v.string(),
  cover: coverField,
})
  .index("by_owner", ["ownerId"])
  .index("by_slug", ["slug"])
  .index("slug_lookup", ["slug"])
  .index("by_updated", ["updatedAt"]);

export const lessons = defineTable({
  courseId: v.id("courses"),
  position: v.number(),
  body: v.string(),
  ...reviewable(),
  ...timestamps,
  updatedAt: v.optional(v.number()),
})
  .index("by_course", BY_COURSE as never)
  .index("by_state", ["reviewStatus", "courseId"])
  .softDelete()
  .index("by_deleted", ["deletedAt"]);

export const decks = plainTable({
  ...ownership(),
  name: v.string(),
  cards: v.number(),
})
  .commitOrdered()
  .softDelete({ field: "removedAt" })
  .index("by_seq", ["_commitSeq"])
  .index("by_removed", ["removedAt"])
  .index("by_name", []);
