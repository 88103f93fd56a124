import { defineSchema, defineTable, v } from "@lunora/server";

export const schema = defineSchema({
	members: defineTable({
		subject: v.string().unique(),
		handle: v.string().min(3).max(24),
		avatar: v.optional(v.id("_storage")),
		muted: v.array(v.id("members")),
		joinedAt: v.timestamp().defaultNow(),
	}).index("by_handle", ["handle"], { unique: true }),

	boards: defineTable({
		slug: v.string(),
		title: v.string(),
		moderatorId: v.id("members").nullable(),
	})
		.index("by_slug", ["slug"], { unique: true })
		.index("by_moderator", ["moderatorId"]),

	threads: defineTable({
		boardId: v.id("boards"),
		authorId: v.id("members"),
		title: v.string().max(140),
		pinned: v.boolean().default(false),
		lastActivityAt: v.timestamp(),
	})
		.index("by_board_activity", ["boardId", "lastActivityAt"])
		.index("by_author", ["authorId"])
		.searchIndex("search_title", { field: "title", filterFields: ["boardId"] })
		.relations((r) => {
			return {
				board: r.one("boards", { field: "boardId", onDelete: "cascade" }),
				posts: r.many("posts", { field: "threadId" }),
			};
		}),

	posts: defineTable({
		threadId: v.id("threads"),
		authorId: v.id("members"),
		replyTo: v.optional(v.id("posts")),
		body: v.string().max(20_000),
		meta: v.object({ client: v.string(), quotedId: v.optional(v.string()) }),
	})
		.softDelete()
		.index("by_thread", ["threadId"])
		.index("by_thread_author", ["threadId", "authorId"])
		.index("by_author", ["authorId"])
		.index("by_reply", ["replyTo"])
		.index("by_deleted", ["deletedAt"])
		.triggers((t) => ({
			logDelete: t.afterDelete(async (ctx, event) => {
				await ctx.db.insert("modlog", { kind: "post.delete", target: event.before._id, at: event.before._creationTime });
			}),
		})),

	votes: defineTable({
		postId: v.id("posts"),
		memberId: v.id("members"),
		value: v.union(v.literal(1), v.literal(-1)),
		at: v.timestamp(),
	})
		.index("one_per_post", ["memberId", "postId"], { unique: true })
		.index("by_member_post_at", ["memberId", "postId", "at"])
		.index("by_post", ["postId"]),

	flags: defineTable({
		postId: v.id("posts"),
		reporter: v.string(),
		reason: v.string().max(500),
		resolved: v.boolean(),
	})
		.index("by_post", ["postId"])
		.index("by_resolved_reporter", ["resolved", "reporter"]),

	modlog: defineTable({ kind: v.string(), target: v.string(), at: v.timestamp() }).index("by_kind_at", ["kind", "at"]),
});

export default schema;
