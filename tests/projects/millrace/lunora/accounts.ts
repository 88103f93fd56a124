import { internalQuery, mutation, v } from "@gen/server";
import { job, userQuery } from "@core";

export const register = mutation
  .input({ email: v.string().email().max(200), name: v.string().max(100) })
  .mutation(async ({ ctx, args }) => {
    const subject = ctx.auth.userId;
    if (!subject) return null;
    const taken = await ctx.db.users.exists({ email: args.email });
    return taken ? null : ctx.db.users.insert({ ...args, subject });
  });

export const me = userQuery.query(({ ctx }) => ({ name: ctx.user.name }));

export const openOrg = job.input({ slug: v.string(), name: v.string() }).mutation(({ ctx, args }) => ctx.db.orgs.insert({ ...args, plan: "free" }));

export const seat = job
  .input({ orgId: v.id("orgs"), userId: v.id("users"), role: v.string() })
  .mutation(({ ctx, args }) => ctx.db.members.upsert({ target: ["orgId", "userId"], create: args, update: { role: args.role } }));

export const orgBySlug = internalQuery.input({ slug: v.string() }).query(({ ctx, args }) => ctx.db.orgs.findUnique({ where: { slug: args.slug } }));
