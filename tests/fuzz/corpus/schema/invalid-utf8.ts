import { defineSchema, defineTable, v } from "lunorash/server";
export default defineSchema({ messages: defineTable({ "ÿþ": v.string() }) });
