import { rateLimit } from "lunorash/ratelimit";
import { LunoraError, v } from "lunorash/server";
import { mutation as baseMutation, query as baseQuery, type QueryCtx } from "@/lunora/_generated/server";
import { rowLevelSecurity } from "@/lunora/lib/policies";
import { requireMembership } from "@/lunora/workspaces/lib/membership";

async function loadUser(ctx: QueryCtx) {
    const { userId } = ctx.auth;
    const user = userId ? await ctx.db.users.findFirst({ where: { _id: userId } }) : null;
    if (!user) {
        throw new LunoraError("UNAUTHENTICATED", "Please sign in.");
    }
    return user;
}

const sessionQuery = baseQuery.use(async ({ ctx, next }) => next({ ctx: { user: await loadUser(ctx) } }));

const sessionMutation = baseMutation
    .use(async ({ ctx, next }) => next({ ctx: { user: await loadUser(ctx) } }))
    .use(rateLimit("writes"));

function adminOnly({ ctx, next }) {
    if (ctx.user.role !== "admin") {
        throw new LunoraError("FORBIDDEN", "Administrators only.");
    }
    return next();
}

async function memberOnly({ args, ctx, next }) {
    return next({ ctx: { member: await requireMembership(ctx.db, args.workspaceId, ctx.user._id) } });
}

export const authQuery = sessionQuery.use(rowLevelSecurity());
export const authMutation = sessionMutation.use(rowLevelSecurity());

/** Without row policies, for reads that never show anybody's rows. */
export const liteAuthQuery = sessionQuery;

export const memberQuery = sessionQuery.input({ workspaceId: v.id("workspaces") }).use(memberOnly).use(rowLevelSecurity());
export const memberMutation = sessionMutation.input({ workspaceId: v.id("workspaces") }).use(memberOnly).use(rowLevelSecurity());

export const adminQuery = sessionQuery.use(adminOnly).use(rowLevelSecurity());
export const adminMutation = sessionMutation.use(adminOnly).use(rowLevelSecurity());

export const staffQuery = adminQuery;
