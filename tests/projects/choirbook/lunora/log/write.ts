import type { MutationCtx } from "../_generated/server";

export async function note(ctx: MutationCtx, actor: string, what: string) {
	await ctx.db.insert("log_entries", { actor, what });
}
