import { v } from 'lunorash/server';
import { internalMutation, internalQuery, mutation, query } from './_generated/server.js';
import { everything, topUsers, userByEmail, userByHandle } from './utils/reads.js';

export const register = mutation.input({ handle: v.string(), email: v.string().email() }).mutation(async ({ ctx, args }) => {
  if (await userByEmail(ctx, args.email)) throw new Error('email taken');
  if (await userByHandle(ctx, args.handle)) throw new Error('handle taken');
  return await ctx.db.insert('users', { ...args, reputation: 0, banned: false });
});

export const top = query.query(({ ctx }) => topUsers(ctx.db));

export const profile = query.input({ handle: v.string() }).query(async ({ ctx, args }) => {
  const user = await userByHandle(ctx, args.handle);
  if (!user) return null;
  const [threads, votes] = await Promise.all([
    ctx.db.query('threads').withIndex('by_author', (q) => q.eq('authorId', user._id)).take(5),
    ctx.db.query('votes').withIndex('by_user', (q) => q.eq('userId', user._id)).take(5),
  ]);
  return { user, threads, votes };
});

export const invitees = query.input({ handle: v.string() }).query(async ({ ctx, args }) => {
  const user = await userByHandle(ctx, args.handle);
  return ctx.db.query('users').filter((u) => user!._id === u.invitedBy).collect();
});

export const wallOfFame = query.query(async ({ ctx }) => {
  const rows = await everything(ctx, 'badges');
  return rows.map((b) => b.kind);
});

export const nightly = internalQuery.query(async ({ ctx }) => {
  const rows = await everything(ctx, 'bans');
  return rows.reduce((latest, b) => Math.max(latest, b.until), 0);
});

export const award = internalMutation.input({ userId: v.id('users'), kind: v.string() }).mutation(async ({ ctx, args }) => {
  const mine = (await ctx.db.query('badges').collect()).find((b) => b.userId === args.userId && b.kind === args.kind);
  if (!mine) await ctx.db.badges.insert({ ...args, awardedAt: ctx.now });
});

export const respected = query.input({ min: v.number() }).query(({ ctx, args }) =>
  ctx.db.query('users').withIndex('by_reputation', (q) => q.gte('reputation', args.min).gte('reputation', 0)).collect(),
);
