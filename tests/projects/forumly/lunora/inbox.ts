import { v } from 'lunorash/server';
import { internalMutation, query } from './_generated/server.js';

export const unread = query.input({ kind: v.optional(v.string()) }).query(async ({ ctx, args }) => {
  const mine = await ctx.db.query('notifications').collect();
  return mine.length + (args.kind ? 1 : 0);
});

export const ofThread = query.input({ threadId: v.id('threads') }).query(async ({ ctx, args }) => {
  return ctx.db
    .query('notifications')
    .withIndex('by_user_kind')
    .filter((n) => n.threadId === args.threadId)
    .collect();
});

export const all = query.query(({ ctx }) => ctx.db.query('notifications').withIndex('by_user_kind', (q) => q).collect());

export const mentions = query.query(async ({ ctx }) =>
  ctx.db
    .query('notifications')
    .withIndex('by_user_kind', (q) => q.eq('userId', ctx.auth.userId).eq('kind', 'mention'))
    .collect(),
);

export const push = internalMutation
  .input({ userId: v.id('users'), kind: v.string(), threadId: v.id('threads') })
  .mutation(({ ctx, args }) => ctx.db.insert('notifications', { ...args, read: 0 }));

export const openReports = query.query(async ({ ctx }) => {
  const reports = await ctx.db.query('reports').withIndex('by_post').collect();
  return reports.length;
});

export const ofForum = query.input({ slug: v.string() }).query(async ({ ctx, args }) => {
  const forum = await ctx.db.forums.findFirst({ where: { slug: args.slug } });
  return forum && ctx.db.threads.findMany({ where: { forum: forum._id }, limit: 20 });
});

export const ban = internalMutation.input({ userId: v.id('users'), days: v.number() }).mutation(async ({ ctx, args }) => {
  const { _id } = await ctx.db.bans.upsert({
    target: ['userId'],
    create: { userId: args.userId, until: ctx.now + args.days * 864e5, reason: 'manual' },
    update: { until: ctx.now + args.days * 864e5 },
  });
  await ctx.db.patch(args.userId, { banned: true }, 'user');
  return _id;
});
