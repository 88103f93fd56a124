import { v } from 'lunorash/server';
import { mutation, query } from './_generated/server.js';
import { applyFilters } from './utils/reads.js';
import { authoredBy, byForum } from './utils/predicates.js';

export const list = query
  .input({ forumId: v.id('forums') })
  .query(({ ctx, args }) =>
    ctx.db
      .query('threads')
      .filter(byForum(args.forumId))
      .collect(),
  );

export const latest = query.input({ forumId: v.id('forums') }).query(async ({ ctx, args }) => {
  return ctx.db
    .query('threads')
    .withIndex('by_forum', (q) => q.eq('forumId', args.forumId))
    .order('desc')
    .take(30);
});

export const filtered = query
  .input({ authorId: v.optional(v.id('users')) })
  .query(async ({ ctx, args }) => {
    const q = ctx.db.query('threads');
    return applyFilters(q, args).collect();
  });

export const pinned = query.input({ pinned: v.boolean() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query('threads').collect();
  return rows.filter((t) => (args.pinned ? t.pinned === true : t.pinned === false));
});

export const active = query.input({ since: v.number() }).query(async ({ ctx, args }) => {
  const reader = ctx.db.query('threads');
  const recent = reader.filter((t) => t.lastPostAt >= args.since);
  return await recent.collect();
});

export const mine = query.query(async ({ ctx }) => {
  const me = ctx.auth.userId!;
  const all = await ctx.db.query('threads').collect();
  return all.filter(authoredBy(me));
});

export const titles = query.input({ term: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.query('threads').filter((t) => t.title.toLowerCase().includes(args.term)).collect();
});

export const one = query.input({ id: v.id('threads') }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query('threads')
    .filter((t) => t._id == args.id)
    .first();
});

export const create = mutation
  .input({ forumId: v.id('forums'), title: v.string(), body: v.string() })
  .mutation(async ({ ctx, args }) => {
    const authorId = ctx.auth.userId as any;
    const threadId = await ctx.db.insert('threads', {
      forumId: args.forumId,
      title: args.title,
      authorId,
      locked: false,
      pinned: false,
      lastPostAt: ctx.now,
    });
    await ctx.db.insert('posts', { threadId, authorId, body: args.body, status: 'visible', editedAt: null });
    return threadId;
  });

export const authors = query.input({ forumId: v.id('forums') }).query(async ({ ctx, args }) => {
  const seen = new Set<string>();
  for (const t of await ctx.db.query('threads').collect()) {
    if (t.forumId !== args.forumId) continue;
    seen.add(t.authorId);
  }
  return Array.from(seen);
});
