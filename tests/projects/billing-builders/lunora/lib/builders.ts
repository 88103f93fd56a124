import { rateLimit } from "lunorash/ratelimit";
import { internalMutation, mutation as plainMutation, query as plainQuery } from "../_generated/server";
import { requireRole, whoami } from "./auth";

const signedIn = plainQuery.use(async ({ ctx, next }) => {
	const person = await whoami(ctx);
	return await next({ ctx: { person } });
});

const signedInMutation = plainMutation.use(async ({ ctx, next }) => next({ ctx: { person: await whoami(ctx) } }));

const withAccount = signedIn.use(async ({ ctx, next }) => {
	const account = await ctx.db
		.query("accounts")
		.withIndex("by_owner", (q) => q.eq("ownerId", ctx.person._id))
		.first();
	return await next({ ctx: { account } });
});

export const memberQuery = withAccount.use(rateLimit("read"));
export const memberMutation = signedInMutation.use(rateLimit("write"));
export const accountantQuery = memberQuery.use(requireRole("accountant") as never) as typeof memberQuery;
export const staffQuery = accountantQuery;
export const jobMutation = internalMutation;

export { memberQuery as tenantQuery };
