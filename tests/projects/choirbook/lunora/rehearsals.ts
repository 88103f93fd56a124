import { mutation, query, v } from "./_generated/server";
import { Choir, Register } from "./lib/choir";

export const plan = mutation
	.input({ day: v.string().length(10), sectionId: v.id("sections"), room: v.string().max(40), songIds: v.array(v.id("songs")).max(30) })
	.mutation(async ({ args, ctx }) => {
		const section = await ctx.db.get(args.sectionId, "sections");
		if (section === null) return null;
		return await ctx.db.insert("rehearsals", args);
	});

export const on = query.input({ day: v.string().length(10) }).query(async ({ args, ctx }) => {
	const rows = await ctx.db
		.query("rehearsals")
		.withIndex("by_day", (q) => q.eq("day", args.day))
		.collect();
	return rows.map((row) => ({ room: row.room, songs: row.songIds.length }));
});

export const upcoming = query
	.input({ sectionId: v.id("sections"), from: v.string().length(10) })
	.query(({ args, ctx }) =>
		ctx.db
			.query("rehearsals")
			.withIndex("by_section_day", (q) => q.eq("sectionId", args.sectionId).gte("day", args.from))
			.paginate({ numItems: 20, cursor: null }),
	);

export const mark = mutation
	.input({ rehearsalId: v.id("rehearsals"), memberId: v.id("members"), present: v.boolean() })
	.mutation(async ({ args, ctx }) => {
		await new Register(ctx.db).mark(args.rehearsalId, args.memberId, args.present, ctx.auth.userId ?? "anonymous");
	});

export const absences = query.input({ memberId: v.id("members") }).query(({ args, ctx }) => new Choir(ctx).absences(args.memberId));

export const programme = query.input({ songIds: v.array(v.id("songs")).max(30) }).query(async ({ args, ctx }) => {
	const { page } = await ctx.db.songs.findMany({ where: { _id: { in: args.songIds } } });
	return page.map((song) => song.title);
});
