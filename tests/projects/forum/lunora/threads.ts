import { v } from "@lunora/server";
import type { Doc, QueryCtx } from "~/_generated/server.js";
import { authedMutation, authedQuery } from "./lib/authed";

const MAX_BOARDS = 60;
const PAGE = { numItems: 30 } as const;

export const boards = authedQuery({
	args: {},
	handler: (ctx) => ctx.db.query("boards").take(MAX_BOARDS),
});

export const inBoard = authedQuery({
	args: { slug: v.string(), cursor: v.optional(v.string()) },
	handler: async (ctx, { slug, cursor = null }) => {
		const board = await ctx.db
			.query("boards")
			.withIndex("by_slug", (q) => q.eq("slug", slug))
			.unique();
		if (!board) return null;
		let threads = ctx.db.query("threads").withIndex("by_board_activity", (q) => q.eq("boardId", board._id));
		threads = threads.order("desc");
		const { page, ...rest } = await threads.paginate({ ...PAGE, cursor });
		const authors = await Promise.all(page.map((thread) => ctx.db.members.get(thread.authorId)));
		return { ...rest, page: page.map((thread, i) => ({ ...thread, author: authors[i]?.handle })) };
	},
});

export const quiet = authedQuery({
	args: { boardId: v.id("boards"), days: v.number() },
	handler: async (ctx, args) => {
		const cutoff = ctx.now - args.days * 86_400_000;
		return ctx.db
			.query("threads")
			.withIndex("by_board_activity", (q) => q.eq("boardId", args.boardId).lt("lastActivityAt", cutoff))
			.collect();
	},
});

export const latestPosts = authedQuery({
	args: { threadId: v.id("threads") },
	handler: (ctx, args) =>
		ctx.db
			.query("posts")
			.withIndex("by_thread", (q) => q.eq("threadId", args.threadId))
			.order("desc")
			.take(30),
});

export const mine = authedQuery({
	args: {},
	handler: async (ctx) => {
		const posts = await ctx.db
			.query("posts")
			.withIndex("by_author", (q) => q.eq("authorId", ctx.me._id))
			.collect();
		const perThread = groupBy(posts, (p) => p.threadId);
		const muted = ctx.me.muted.filter((id) => id !== ctx.me._id);
		return { threads: [...perThread.keys()], muted };
	},
});

export const byHandlePrefix = authedQuery({
	args: { prefix: v.string() },
	handler: async (ctx, { prefix }) => {
		const hits = await ctx.db.members.findMany({
			where: { handle: { gte: prefix, lt: `${prefix}\uffff` } },
			limit: 10,
			select: ["handle", "avtar"],
		});
		return hits.page;
	},
});

export const newcomers = authedQuery({
	args: { ids: v.array(v.id("members")).max(20) },
	handler: async (ctx, args) => {
		const { page } = await ctx.db.members.findMany({ where: { _id: { in: args.ids } } });
		return page.filter((member) => member.handle !== ctx.me.handle);
	},
});

export const start = authedMutation({
	args: { boardId: v.id("boards"), title: v.string(), body: v.string() },
	handler: async (ctx, { boardId, title, body }) => {
		const authorId = ctx.me._id;
		const threadId = await ctx.db.insert("threads", { boardId, authorId, title, lastActivityAt: ctx.now });
		await ctx.db.insert("posts", { threadId, authorId, body, meta: { client: "web" } });
		return threadId;
	},
});

function groupBy<T, K>(rows: T[], key: (row: T) => K): Map<K, T[]> {
	const groups = new Map<K, T[]>();
	for (const row of rows) {
		const k = key(row);
		if (!groups.has(k)) groups.set(k, []);
		groups.get(k)!.push(row);
	}
	return groups;
}

async function threadsOfEverybody(ctx: QueryCtx, author: Doc<"members">) {
	const all = await ctx.db.query("threads").collect();
	return all.filter((t) => t.authorId === author._id);
}

export const tools = {
	threadsOfEverybody,
};
