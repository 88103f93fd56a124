import type { MutationCtx, QueryCtx } from "../_generated/server";

type Ctx = QueryCtx | MutationCtx;
type Range = { eq(f: string, v: unknown): Range; lt(f: string, v: unknown): Range; gte(f: string, v: unknown): Range };

export const TABLE = { doc: "documents", chunk: "chunks", crawl: "crawls" } as const;

export const inState = (state: string) => (q: Range) => q.eq("state", state);
export const dueBefore = (at: number) => (q: Range) => q.lt("runAt", at);

export async function* stale(ctx: Ctx, before: number) {
    for await (const doc of ctx.db.query(TABLE.doc).withIndex("by_fetched", (q) => q.lt("fetchedAt", before))) {
        yield doc;
    }
}

export async function docsOf(ctx: Ctx, sourceId: string, opts: { kind?: string; since?: number; limit?: number } = {}) {
    const where: Record<string, any> = { sourceId };
    if (opts.kind) where.kind = opts.kind;
    if (opts.since !== undefined) where.fetched_at = { gte: opts.since };
    return ctx.db.documents.findMany({ where, limit: Math.min(opts.limit ?? 50, 200) });
}

export async function crawlsIn(ctx: Ctx, { sourceId, state }: { sourceId: string; state?: string }) {
    const where: Record<string, any> = {};
    where.sourceId = sourceId;
    if (state) where.state = state;
    return ctx.db.crawls.findMany({ where, orderBy: state ? [{ runAt: "desc" }] : undefined, limit: 50 });
}

export const chunksBy = (db: QueryCtx["db"]) => ({
    model: async (model: string) => (await db.chunks.findMany({ where: { model } })).page,
    document: async (documentId: string) => (await db.chunks.findMany({ where: { documentId } })).page,
});

export async function paged(reader: any, { limit, cursor }: { limit: number; cursor?: string }) {
    const { page, isDone, continueCursor } = await reader.paginate({ numItems: limit, cursor });
    return { page, next: isDone ? undefined : continueCursor };
}

export async function enabledHosts(ctx: Ctx) {
    const sources = await ctx?.db?.query("sources")?.collect();
    return sources.map((s: any) => s.host);
}
