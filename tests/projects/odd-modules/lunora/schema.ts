import * as s from "lunorash/server";
import { defineSchema } from "lunorash/server";

import * as units from "./lib/units";

const { v } = s;

export default defineSchema({
  recipes: s
    .defineTable({
      title: v.string(),
      emoji: v.string().default("🍲"),
      cuisine: s.v.string(),
      minutes: v.number(),
      authorId: v.id("cooks"),
    })
    .index("by_cuisine_minutes", ["cuisine", "minutes"]),

  cooks: s.defineTable({ "name": v.string(), "näme": v.optional(v.string()) }).index("by_name", ["name"]),

  shelves: s.defineTable({ label: v.string(), größe: units.size }).index("by_label", ["label"]),

  gewürze: s
    .defineTable({
      名前: v.string(),
      shelfId: v.id("shelves"),
    })
    .index("by_shelf", ["shelfId"])
    .index("by_名前", ["名前"]),

  jars: s.defineTable({ shelfId: v.id("shelves"), grams: v.number() })["index"]("by_shelf", ["shelfId"]),
});
