import { LunoraError } from "lunorash/server";
import type { QueryCtx } from "../_generated/server";

export async function whoami(ctx: QueryCtx) {
	const subject = ctx.auth.userId;
	if (!subject) throw new LunoraError("UNAUTHENTICATED", "no session");
	const person = await ctx.db
		.query("people")
		.filter((p) => p.subject === subject)
		.first();
	if (!person) throw new LunoraError("FORBIDDEN", "unknown person");
	return person;
}

export function requireRole(role: string) {
	return async ({ ctx, next }: { ctx: { person: { roles: string[] } }; next: (extra?: object) => Promise<unknown> }) => {
		if (!ctx.person.roles.some((held) => held === role)) throw new LunoraError("FORBIDDEN", role);
		return await next();
	};
}
