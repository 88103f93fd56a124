import type { QueryCtx } from "../_generated/server";

export async function oldRoster(ctx: QueryCtx, name: string) {
	const everyone = await ctx.db.query("members").collect();
	return everyone.filter((m) => m.name === name);
}
