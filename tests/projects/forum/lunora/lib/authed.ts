import { LunoraError } from "@lunora/errors";
import { mutation as lunoraMutation, query as lunoraQuery } from "~/_generated/server.js";
import type { Doc, MutationCtx, QueryCtx } from "~/_generated/server.js";

type Authed<C> = C & { me: Doc<"members"> };

export async function currentMember(context: QueryCtx): Promise<Doc<"members">> {
	const { userId } = context.auth;
	const me = userId
		? await context.db
				.query("members")
				.withIndex("by_handle", (range) => range.eq("handle", userId))
				.unique()
		: null;
	if (!me) throw new LunoraError("FORBIDDEN", "join first");
	return me;
}

export function authedQuery<A, R>(def: { args: A; handler: (ctx: Authed<QueryCtx>, args: any) => R }) {
	return lunoraQuery({
		args: def.args,
		handler: async (ctx: QueryCtx, args: any) => def.handler({ ...ctx, me: await currentMember(ctx) }, args),
	});
}

export function authedMutation<A, R>(def: { args: A; handler: (ctx: Authed<MutationCtx>, args: any) => R }) {
	return lunoraMutation({
		args: def.args,
		handler: async (ctx: MutationCtx, args: any) => def.handler({ ...ctx, me: await currentMember(ctx) }, args),
	});
}
