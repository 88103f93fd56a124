import type { QueryCtx } from "../_generated/server";

type ParcelReader = ReturnType<QueryCtx["db"]["query"]>;

export interface ParcelQuery {
  state?: string;
  since?: number;
}

/** Picks the index that fits the request. */
export function parcelsOf(ctx: QueryCtx, merchantId: string, by: ParcelQuery): ParcelReader {
  const base = ctx.db.query("parcels");
  if (by.state) {
    return base.withIndex("by_merchant_state", (q) => q.eq("merchantId", merchantId).eq("state", by.state));
  }
  return base.withIndex("by_merchant_created", (range) => {
    const mine = range.eq("merchantId", merchantId);
    return by.since === undefined ? mine : mine.gte("createdAt", by.since);
  });
}

export const newestFirst = (reader: ParcelReader) => reader.order("desc");

export async function pageOf(reader: ParcelReader, cursor: string | null | undefined, numItems = 25) {
  const result = await reader.paginate({ cursor: cursor ?? null, numItems });
  return { items: result.page, next: result.isDone ? null : result.continueCursor };
}

export function clamp(n: number | undefined, max = 100) {
  return Math.min(n ?? 20, max);
}
