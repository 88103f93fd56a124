import { internal } from "../_generated/internal";
import { v } from "@lunora/server";

import { access } from "../lib/access";
import { inState, stale, TABLE } from "../lib/reads";

const { mutation: systemMutation, query: systemQuery } = access.system;

export const start = systemMutation.input({ sourceId: v.id("sources"), parent: v.optional(v.id("crawls")) }).mutation(async ({ args, ctx }) => {
    const id = await ctx.db.insert("crawls", { sourceId: args.sourceId, parentCrawlId: args.parent, state: "planned", pages: 0, runAt: ctx.now });
    await ctx.scheduler.runAfter(0, internal.crawl.runs.step, { id });
    return id;
});

export const step = systemMutation.input({ id: v.id("crawls") }).mutation(async ({ args, ctx }) => {
    const crawl = await ctx.db.crawls.get(args.id);
    if (!crawl || crawl.state === "done") return;
    await ctx.db.crawls.patch(args.id, { pages: crawl.pages + 1, state: crawl.pages > 20 ? "done" : "running" });
    if (crawl.pages <= 20) await ctx.scheduler.runAfter(5_000, internal.crawl.runs.step, { id: args.id });
});

export const running = systemQuery.query(({ ctx }) => ctx.db.query("crawls").withIndex("by_state", inState("running")).collect());

export const store = systemMutation
    .input({ crawlId: v.id("crawls"), url: v.string(), host: v.string(), texts: v.array(v.string()) })
    .mutation(async ({ args: { crawlId, url, host, texts }, ctx }) => {
        const crawl = await ctx.db.crawls.get(crawlId);
        const { sourceId } = crawl!;
        const old = await ctx.db.query("documents").withIndex("by_source_url", (q) => q.eq("sourceId", sourceId).eq("url", url)).unique();
        if (old) await ctx.db.documents.delete(old._id);
        const documentId = await ctx.orm.insert("documents").values({ sourceId, crawlId, url, host, etag: null, fetchedAt: ctx.now, kind: "html" });
        await ctx.db.chunks.insertMany(texts.map((text, ordinal) => ({ documentId, ordinal, text, model: "none", tokens: text.length >> 2 })));
    });

export const sweep = systemMutation.input({ before: v.number() }).mutation(async ({ args, ctx }) => {
    let n = 0;
    for await (const doc of stale(ctx, args.before)) {
        await ctx.db.documents.delete(doc._id);
        if (++n === 100) break;
    }
    return n;
});

export const onHost = systemQuery.input({ host: v.string(), kind: v.string() }).query(async ({ args, ctx }) => {
    const q = ctx.db.query(TABLE.doc);
    const sameHost = (d: { host: string }) => d.host === args.host;
    return q.filter((d) => sameHost(d) && d.kind === args.kind).collect();
});

export const ofCrawl = systemQuery.input({ crawlId: v.id("crawls"), since: v.number() }).query(async ({ args, ctx }) => {
    return ctx.db
        .query("documents")
        .withIndex("by_crawl", (q) => q.eq("crawlId", args.crawlId).gte("fetchedAt", args.since))
        .collect();
});

export const sample = systemQuery.input({ kind: v.union(v.literal("doc"), v.literal("chunk")) }).query(({ args, ctx }) => {
    return ctx.db.query(TABLE[args.kind]).take(5);
});

export const tokenTotal = systemQuery.query(async ({ ctx }) => {
    let total = 0;
    for (const chunk of await ctx.db.query(TABLE.chunk).collect()) total += chunk.tokens;
    return total;
});
