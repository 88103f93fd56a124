import { mutation, query, v } from "./_generated/server";
import { Choir } from "./lib/choir";
import { note } from "./log/write";

export const add = mutation
	.input({ title: v.string().max(120), composer: v.string().max(120), key: v.string().max(3), minutes: v.number(), original: v.optional(v.id("songs")) })
	.mutation(async ({ args, ctx }) => {
		const me = ctx.auth.userId ?? "anonymous";
		const id = await ctx.db.insert("songs", {
			title: args.title,
			composer: args.composer,
			key: args.key,
			minutes: args.minutes,
			arrangementOf: args.original,
			createdBy: me,
		});
		await note(ctx, me, `added ${args.title}`);
		return id;
	});

export const versions = query.input({ title: v.string().max(120) }).query(({ args, ctx }) => new Choir(ctx).versions(args.title));

export const inKey = query
	.input({ title: v.string().max(120), key: v.string().max(3) })
	.query(({ args, ctx }) => new Choir(ctx).inKey(args.title, args.key));

export const longest = query.input({ title: v.string().max(120) }).query(({ args, ctx }) => new Choir(ctx).longest(args.title));

export const composedBy = query.input({ composer: v.string().max(120) }).query(async ({ args, ctx }) => {
	const choir = new Choir(ctx);
	return await choir.by(args.composer);
});

export const search = query
	.input({ text: v.string().max(80), composer: v.optional(v.string().max(120)) })
	.query(({ args, ctx }) =>
		ctx.db.songs
			.withSearchIndex("find_title", (q) => (args.composer ? q.search("title", args.text).eq("composer", args.composer) : q.search("title", args.text)))
			.take(20),
	);

export const arrangements = query
	.input({ songId: v.id("songs"), limit: v.number() })
	.query(({ args, ctx }) => {
		let reader = ctx.db.query("songs").withIndex("by_arrangement", (q) => q.eq("arrangementOf", args.songId));
		reader = reader.order("desc");
		return reader.take(Math.min(args.limit, 50));
	});
