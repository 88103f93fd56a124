import { v } from "@lunora/server";
import { internalMutation, mutation } from "../_generated/server.js";

export const join = mutation.input({ handle: v.string().min(3).max(24) }).mutation(async ({ ctx: { db, auth }, args }) => {
	const taken = await db.members.exists({ handle: args.handle });
	if (taken) throw new Error("taken");
	return db.insert("members", { subject: auth.userId!, handle: args.handle, muted: [] });
});

export const openBoard = internalMutation
	.input({ slug: v.string(), title: v.string(), moderatorId: v.optional(v.id("members")) })
	.mutation(({ ctx, args: { moderatorId = null, ...board } }) => ctx.db.boards.insert({ ...board, moderatorId }));

export const purgeDeleted = internalMutation.mutation(async ({ ctx }) => {
	const recent = await ctx.db
		.query("modlog")
		.withIndex("by_kind_at", (q) => q.eq("kind", "post.delete").gt("at", ctx.now - 86_400_000))
		.first();
	return recent ? "busy" : "idle";
});
