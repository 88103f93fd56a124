import { LunoraError } from "lunorash/server";

import type { MutationCtx } from "../_generated/server";

interface Limit {
  /** Tokens that a full bucket holds. */
  burst: number;
  /** Milliseconds until one token is back. */
  refill: number;
}

async function takeToken(ctx: MutationCtx, key: string, { burst, refill }: Limit): Promise<boolean> {
  const bucket = await ctx.db
    .query("ratelimit_buckets")
    .withIndex("by_key", (q) => q.eq("key", key))
    .unique();

  if (!bucket) {
    await ctx.db.insert("ratelimit_buckets", { key, tokens: burst - 1, refilledAt: ctx.now });
    return true;
  }

  const gained = Math.floor((ctx.now - bucket.refilledAt) / refill);
  const tokens = Math.min(burst, bucket.tokens + gained);
  if (tokens === 0) return false;

  await ctx.db.patch(
    bucket._id,
    { tokens: tokens - 1, refilledAt: bucket.refilledAt + gained * refill },
    "ratelimit_buckets",
  );
  return true;
}

export const rateLimit =
  (name: string, limit: Limit) =>
  async ({ ctx, next }: { ctx: MutationCtx; next: () => Promise<unknown> }) => {
    if (!(await takeToken(ctx, `${name}:${ctx.auth.userId}`, limit))) {
      throw new LunoraError("RATE_LIMITED", "Slow down a little");
    }
    return next();
  };
