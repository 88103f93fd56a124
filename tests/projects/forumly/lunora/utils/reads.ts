import type { QueryCtx } from '../_generated/server.js';

type ThreadFilters = { locked?: boolean; authorId?: string };

export function applyFilters(q: any, { authorId }: ThreadFilters = {}) {
  if (authorId) {
    return q.filter((t: any) => t.authorId === authorId);
  }
  return q;
}

export const everything = async (ctx: QueryCtx, table: 'badges' | 'bans') => {
  return await ctx.db.query(table).collect();
};

export async function userByEmail({ db }: QueryCtx, email: string) {
  return db
    .query('users')
    .filter((u) => u.email === email)
    .unique();
}

export async function userByHandle({ db }: QueryCtx, handle: string) {
  return db
    .query('users')
    .withIndex('by_handle', (q) => q.eq('handle', handle))
    .unique();
}

export async function topUsers(db: QueryCtx['db']) {
  return db.query('users').withIndex('by_reputation').order('desc').take(10);
}

// nobody calls this any more, see threads.latest
export async function allThreads(ctx: QueryCtx) {
  return ctx.db.query('threads').collect();
}
