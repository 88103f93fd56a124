import { rateLimit } from "lunorash/ratelimit";
import { internalMutation, mutation, v } from "#lunora/_generated/server.js";
import { staffQuery } from "#lunora/lib/procedures.js";

export const join = mutation
  .use(rateLimit("newsletter"))
  .input({ email: v.string().email().max(200), locale: v.string().max(10) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.newsletterSubscribers.upsert({ target: ["email"], create: args, update: { locale: args.locale } });
  });

export const confirm = internalMutation
  .input({ email: v.string() })
  .mutation(async ({ ctx, args }) => {
    const subscriber = await ctx.db.newsletterSubscribers.findFirst({ where: { email: args.email } });
    if (subscriber) {
      await ctx.db.newsletterSubscribers.patch(subscriber._id, { confirmedAt: ctx.now });
    }
  });

export const leave = mutation
  .use(rateLimit("newsletter"))
  .input({ email: v.string().email().max(200) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.newsletterSubscribers.deleteMany({ where: { email: args.email } });
  });

export const audience = staffQuery
  .input({ locale: v.string().max(10) })
  .query(({ ctx, args }) => ctx.db.newsletterSubscribers.count({ locale: args.locale }));

/** Addresses that never confirmed are dropped after a while. */
export const prune = internalMutation.mutation(async ({ ctx }) => {
  const monthAgo = ctx.now - 30 * 24 * 60 * 60 * 1000;
  await ctx.db.deleteWhere("newsletterSubscribers", { confirmedAt: null, _creationTime: { lt: monthAgo } });
});
