import { defineSchema, defineTable, v } from "lunorash/server";
const audit = { createdAt: v.number(), createdBy: v.id("users") };
const owned = (shape: any) => defineTable({ ...shape, ...audit }).index("by_creator", ["createdBy", "createdAt"]);
const tables = { messages: owned({ channelId: v.string(), body: v.union(v.literal("a"), v.null()) }), users: owned({}) };
export default defineSchema({ ...tables, [`log${1}`]: defineTable(v.object({})).softDelete().global() });
