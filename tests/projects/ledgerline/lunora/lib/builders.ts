import { LunoraError, rls } from "@lunora/server";

import {
	internalMutation as baseInternalMutation,
	internalQuery as baseInternalQuery,
	mutation as baseMutation,
	query as baseQuery,
	type MutationCtx,
	type QueryCtx,
} from "../_generated/server.js";
import { policies } from "./policies.js";

type AnyContext = QueryCtx | MutationCtx;

async function currentUser(context: AnyContext) {
	const userId = context.auth.userId;
	if (!userId) throw new LunoraError("UNAUTHENTICATED");
	const user = await context.db.users.findFirst({ where: { _id: userId } });
	if (!user) throw new LunoraError("UNAUTHENTICATED");
	return user;
}

async function currentOrg(context: AnyContext, userId: string) {
	const { page } = await context.db.memberships.findMany({ where: { userId }, limit: 1 });
	const membership = page[0];
	if (!membership) throw new LunoraError("FORBIDDEN");
	return membership.orgId;
}

function rowLevelSecurity() {
	return rls(policies);
}

const signedInQuery = baseQuery.use(async ({ ctx, next }) => next({ ctx: { user: await currentUser(ctx) } }));
const signedInMutation = baseMutation.use(async ({ ctx, next }) => next({ ctx: { user: await currentUser(ctx) } }));

export const authQuery = signedInQuery.use(rowLevelSecurity());
export const authMutation = signedInMutation.use(rowLevelSecurity());

export const orgQuery = signedInQuery
	.use(async ({ ctx, next }) => next({ ctx: { orgId: await currentOrg(ctx, ctx.user._id) } }))
	.use(rowLevelSecurity());
export const orgMutation = signedInMutation
	.use(async ({ ctx, next }) => next({ ctx: { orgId: await currentOrg(ctx, ctx.user._id) } }))
	.use(rowLevelSecurity());

export const adminQuery = signedInQuery.use(async ({ ctx, next }) => {
	if (ctx.user.role !== "admin") throw new LunoraError("FORBIDDEN");
	return next();
});
export const adminMutation = signedInMutation.use(async ({ ctx, next }) => {
	if (ctx.user.role !== "admin") throw new LunoraError("FORBIDDEN");
	return next();
});

export const liteQuery = baseQuery;
export const systemQuery = baseInternalQuery;
export const systemMutation = baseInternalMutation;
