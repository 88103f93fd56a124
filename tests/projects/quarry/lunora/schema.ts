import { defineSchema, defineTable, v } from "@lunora/server";

import { auditTriggers, cascadeChunks } from "./lib/triggers";
import { vCrawlState, vJobState, vKind } from "./lib/validators";

const timing = { runAt: v.number(), startedAt: v.optional(v.number()), finishedAt: v.optional(v.number()) };

export const schema = defineSchema({
    apiKeys: defineTable({ orgId: v.string(), hash: v.string().unique(), label: v.string(), revokedAt: v.number().nullable() })
        .index("by_org", ["orgId"])
        .global(),

    sources: defineTable({ orgId: v.string(), host: v.string(), kind: vKind, enabled: v.boolean(), depth: v.number() })
        .index("by_org_host", ["orgId", "host"])
        .triggers((t) => auditTriggers(t, "sources")),

    crawls: defineTable({
        sourceId: v.id("sources"),
        parentCrawlId: v.optional(v.id("crawls")),
        state: vCrawlState,
        pages: v.number(),
        ...timing,
    })
        .index("by_source_state", ["sourceId", "state", "runAt"])
        .index("by_state", ["state", "runAt"]),

    documents: defineTable({
        sourceId: v.id("sources"),
        crawlId: v.id("crawls"),
        url: v.string(),
        host: v.string(),
        etag: v.string().nullable(),
        fetchedAt: v.number(),
        kind: vKind,
    })
        .index("by_source_url", ["sourceId", "url"], { unique: true })
        .index("by_fetched", ["fetchedAt"])
        .index("by_crawl", ["crawlId", "kind"])
        .triggers((t) => ({ cascade: t.afterDelete(cascadeChunks) })),

    chunks: defineTable({
        documentId: v.id("documents"),
        ordinal: v.number(),
        model: v.string(),
        text: v.string(),
        tokens: v.number(),
    }).index("by_document", ["documentId", "ordinal"]),

    jobs: defineTable({
        kind: v.string(),
        payload: v.any(),
        state: vJobState,
        sourceId: v.optional(v.id("sources")),
        ...timing,
    })
        .index("by_state_run", ["state", "runAt"])
        .rankIndex("by_priority", { sortBy: [] }),

    leases: defineTable({ jobId: v.id("jobs"), holder: v.string(), expiresAt: v.number() })
        .index("by_job", ["jobId"], { unique: true })
        .index("by_holder", ["holder"]),

    usage: defineTable({ orgId: v.string(), documentId: v.optional(v.id("documents")), day: v.string(), credits: v.number() })
        .shardBy("orgId")
        .index("by_day", ["orgId", "day"])
        .aggregateIndex("credits_by_day", { op: "sum", field: "credits", by: ["orgId", "day"] }),

    alerts: defineTable({ orgId: v.string(), level: v.string(), text: v.string(), seen: v.number() })
        .shardBy("organisationId")
        .index("by_level", ["level"]),

    exports: defineTable({ orgId: v.string(), format: v.string(), requestedAt: v.number() }).index("by_org", ["orgId"]),

    tombstones: defineTable({ table: v.string(), ref: v.string(), at: v.number() }).index("by_table", ["table", "at"]),
}).rls("required");

export default schema;
