import { internalMutation, mutation, query, v } from "./_generated/server";
import { note } from "./log/write";

async function sectionPage(ctx: any, sectionId: string) {
	return ctx.db
		.query("members")
		.withIndex("by_section_name", (q: any) => q.eq("sectionId", sectionId))
		.collect();
}

export const enrol = mutation
	.input({ email: v.string().email().max(200), name: v.string().max(80), sectionId: v.id("sections"), joinedOn: v.string().length(10) })
	.mutation(async ({ args, ctx }) => {
		const created = await ctx.db.members.upsert({ target: "email", create: args, update: { name: args.name } });
		await note(ctx, args.email, "enrolled");
		return created;
	});

export const addSection = internalMutation
	.input({ name: v.string().max(40) })
	.mutation(({ args, ctx }) => ctx.db.sections.insert({ name: args.name, leaderId: null }));

export const ofSection = query.input({ sectionId: v.id("sections") }).query(({ args, ctx }) => sectionPage(ctx, args.sectionId));

export const leads = query
	.input({ memberId: v.id("members") })
	.query(({ args, ctx }) => ctx.db.sections.findMany({ where: { leaderId: args.memberId } }));

export const trail = query
	.input({ email: v.string().email().max(200) })
	.query(({ args, ctx }) => ctx.db.members.findFirst({ where: { email: args.email }, with: { trail: true } }));

export const promote = mutation
	.input({ memberId: v.id("members"), sectionId: v.id("sections") })
	.mutation(async ({ args, ctx }) => {
		const member = await ctx.db.members.get(args.memberId);
		if (member === null || member.sectionId !== args.sectionId) return false;
		await ctx.db.sections.patch(args.sectionId, { leaderId: member._id });
		return true;
	});
