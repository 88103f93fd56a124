import { v } from 'lunorash/server';
import { internalMutation, internalQuery, mutation, query } from './_generated/server.js';
import { groupBy } from './utils/predicates.js';

const status = v.union(v.literal('visible'), v.literal('hidden'), v.literal('spam'));

export const inThread = query.input({ threadId: v.id('threads') }).query(async ({ ctx, args }) => {
  return ctx.db
    .query('posts')
    .withIndex('by_thread', (q) => q.eq('threadId', args.threadId))
    .collect();
});

export const moderationQueue = query.input({ tab: v.string() }).query(async ({ ctx, args }) => {
  return ctx.db
    .query('posts')
    .filter((p) => {
      switch (args.tab) {
        case 'hidden':
          return p.status === 'hidden';
        case 'spam':
          return p.status === 'spam';
        default:
          return p.status === 'visible';
      }
    })
    .take(50);
});

export const edited = query.query(async ({ ctx }) => {
  return ctx.db.query('posts').filter((p) => p.editedAt !== null).collect();
});

export const replies = query.input({ id: v.id('posts') }).query(({ ctx, args }) =>
  ctx.db.query('posts').withIndex('by_replies', (q) => q.eq('replyTo', args.id)).collect(),
);

export const find = query.input({ text: v.string(), status }).query(({ ctx, args }) =>
  ctx.db
    .query('posts')
    .withSearchIndex('search_posts', (q) => q.search('body', args.text).eq('status', args.status))
    .take(20),
);

export const byAuthor = query.input({ authorId: v.id('users'), limit: v.number() }).query(async ({ ctx, args }) => {
  const found = await ctx.db.posts.findMany({ where: { authorId: args.authorId }, limit: args.limit });
  return found.page;
});

export const busiest = internalQuery.query(async ({ ctx }) => {
  const posts = await ctx.db.query('posts').collect();
  const threads = groupBy(posts, 'threadId');
  return [...threads].map(([id, list]) => ({ id, n: list.length }));
});

export const vote = mutation.input({ postId: v.id('posts'), value: v.number() }).mutation(async ({ ctx, args }) => {
  const userId = ctx.auth.userId as any;
  const old = await ctx.db
    .query('votes')
    .withIndex('by_post_user', (q) => q.eq('postId', args.postId).eq('userId', userId))
    .unique();
  if (old) return ctx.db.patch(old._id, { value: args.value });
  return ctx.db.insert('votes', { postId: args.postId, userId, value: args.value });
});

export const score = query.input({ postId: v.id('posts') }).query(async ({ ctx, args }) => {
  const votes = await ctx.db.query('votes').withIndex('by_post_user', (q) => q.eq('postId', args.postId)).collect();
  return votes.reduce((sum, vote) => sum + vote.value, 0);
});

export const purgeSpam = internalMutation.mutation(async ({ ctx }) => {
  await ctx.db.deleteWhere('posts', { status: 'spam' });
});

export const quote = mutation.input({ id: v.id('post'), body: v.string() }).mutation(async ({ ctx, args }) => {
  const original = await ctx.db.get(args.id);
  if (!original) throw new Error('gone');
  return ctx.db.insert('posts', { ...original, body: `> ${args.body}`, replyTo: args.id, status: 'visible' });
});
