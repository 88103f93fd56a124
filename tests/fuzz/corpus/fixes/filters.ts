import { defineSchema, defineTable, v } from "lunorash/server";
export default defineSchema({
	messages: defineTable({ orgId: v.string(), body: v.string(), rank: v.number() }).index("by_rank", ["rank"]).index("by_rank_2", ["rank"]),
	logs: defineTable({ a: v.string() })
});
//// lunora/messages.ts
import { query, mutation } from './_generated/server';
export const byOrg = query.query(async ({ ctx, args }) => ctx.db.query('messages').filter((m) => m.orgId === args.orgId).collect());
export const rows = query.query(async ({ ctx }) => { const all = await ctx.db.query('messages').collect(); return all.filter((m) => m.body == "x").slice(0, 3) })
export const one = query.query(({ ctx, args }) => ctx.db.query("messages").filter(m => m._id === args.id).first());
export const post = mutation.mutation(({ ctx, args }) => { ctx.db.insert("message", args); ctx.db.insert("logs", { a: "" }) })
