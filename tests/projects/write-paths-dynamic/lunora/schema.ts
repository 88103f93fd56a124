import { defineSchema, defineTable, v } from "lunorash/server";

export default defineSchema({
  imports: defineTable({ file: v.string(), rows: v.number() }).index("by_file", ["file"]),
  songs: defineTable({ title: v.string(), artistId: v.id("artists") }),
  artists: defineTable({ name: v.string() }).index("by_name", ["name"]),
  albums: defineTable({ title: v.string(), year: v.number() }).index("by_year", ["year"]),
});
