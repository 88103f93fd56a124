import { v } from "@lunora/server";
import { action, internalQuery } from "~/_generated/server.js";
import type { Doc, QueryCtx } from "~/_generated/server.js";
import { authedMutation, authedQuery } from "./lib/authed";
import { oldTopics, oldUser, WordIndex } from "./lib/oldboard";

const reportedBy = (reporter: string) => (flag: Doc<"flags">) => flag.reporter === reporter;

export const openFlags = authedQuery({
	args: {},
	handler: async (ctx) => {
		const flags = ctx.db.query("flags").withIndex("by_resolved_reporter", (q) => q.eq("resolved", false));
		return flags.take(200);
	},
});

export const flagsFrom = authedQuery({
	args: { reporter: v.string() },
	handler: (ctx, args) => ctx.db.query("flags").filter(reportedBy(args.reporter)).collect(),
});

async function* flagsForExport(ctx: QueryCtx) {
	for await (const flag of ctx.db.query("flags")) yield `${flag._id},${flag.reporter}`;
}

export const exportFlags = internalQuery.query(async ({ ctx }) => {
	const lines: string[] = [];
	for await (const line of flagsForExport(ctx)) lines.push(line);
	return lines.join("\n");
});

export const flagPost = authedMutation({
	args: { postId: v.id("posts"), reason: v.string() },
	handler: (ctx, args) => ctx.db.flags.insert({ ...args, reporter: ctx.me.handle, resolved: false }),
});

export const vote = authedMutation({
	args: { postId: v.id("posts"), value: v.union(v.literal(1), v.literal(-1)) },
	handler: async (ctx, { postId, value }) => {
		const memberId = ctx.me._id;
		const before = await ctx.db.votes.findFirst({ where: { memberId, postId } });
		if (before) return ctx.db.votes.patch(before._id, { value, at: ctx.now });
		return ctx.db.votes.insert({ postId, memberId, value, at: ctx.now });
	},
});

export const score = authedQuery({
	args: { postId: v.id("posts") },
	handler: async ({ db }, { postId }) => {
		let total = 0;
		for await (const { value } of db.query("votes").withIndex("by_post", (q) => q.eq("postId", postId))) total += value;
		return total;
	},
});

export const compareWithOldBoard = action
	.input({ slug: v.string(), email: v.string().email() })
	.action(async ({ args }) => {
		const index = new WordIndex();
		const words = index
			.query("words")
			.filter((entry) => entry.boardId === args.slug)
			.collect();
		return { topics: await oldTopics(args.slug), user: await oldUser(args.email), words };
	});
