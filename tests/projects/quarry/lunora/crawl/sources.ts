import { v } from "@lunora/server";

import { access } from "../lib/access";
import { crawlsIn, docsOf, enabledHosts, paged } from "../lib/reads";
import { vCrawlState, vKind, vPage } from "../lib/validators";

const { query, mutation } = access.public;

export const list = query.input(vPage).query(async ({ args, ctx }) =>
    paged(
        ctx.db.query("sources").withIndex("by_org_host", (q) => q.eq("orgId", ctx.orgId)),
        args,
    ),
);

export const ofKind = query.input({ kind: vKind }).query(async ({ args, ctx }) => {
    const { page } = await ctx.db.findMany("sources", { where: { kind: args.kind } });
    return page;
});

export const crawls = query
    .input({ sourceId: v.id("sources"), state: v.optional(vCrawlState) })
    .query(({ args, ctx }) => crawlsIn(ctx, args));

export const documents = query
    .input({ sourceId: v.id("sources"), kind: v.optional(vKind), since: v.optional(v.number()) })
    .query(async ({ args: { sourceId, ...opts }, ctx }) => docsOf(ctx, sourceId, opts));

export const chunks = query
    .input({ documentId: v.optional(v.id("documents")), model: v.optional(v.string()) })
    .query(async ({ args, ctx }) => {
        if (args.documentId) return ctx.chunks.document(args.documentId);
        return args.model ? ctx.chunks.model(args.model) : [];
    });

export const hosts = query.query(({ ctx }) => enabledHosts(ctx));

export const add = mutation.input({ host: v.string(), kind: vKind }).mutation(async ({ args, ctx }) => {
    const [existing] = (await ctx.db.sources.findMany({ where: { orgId: ctx.orgId, host: args.host }, limit: 1 })).page;
    if (existing) return existing._id;
    return ctx.db.sources.insert({ ...args, orgId: ctx.orgId, enabled: true, depth: 3 });
});

export const remove = mutation.input({ id: v.id("sources"), rootCrawl: v.id("crawls") }).mutation(async ({ args, ctx }) => {
    await ctx.db.deleteWhere("documents", { sourceId: args.id });
    await ctx.db.deleteWhere("crawls", { parentCrawlId: args.rootCrawl });
    await ctx.db.sources.delete(args.id);
});
