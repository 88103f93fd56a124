import { defineAggregateIndex, defineSchema, defineTable, v } from "@lunora/server";
import { paginationOptsValidator } from "convex/server";
import { authors, comments, posts } from "~/tables/editorial";
import * as feeds from "./tables/feeds";
import { media, ratings } from "./tables/extras";
import { WIDE } from "./tables/wide";

const sites = defineTable({
  host: v.string().unique(),
  title: v.string(),
  place: v.optional(v.geoPoint()),
  homepageId: v.optional(v.id("posts")),
})
  .index("by_homepage", ["homepageId"])
  .geoIndex("by_place", { field: "place" })
  .relations((r) => {
    const banners = { field: "siteRef" } as const;
    return {
      banners: r.many("banners", { field: "siteRef" }),
    };
  });

const schema = defineSchema(
  {
    sites,
    authors,
    posts,
    comments,
    media,
    ratings,
    revisions: defineTable({ postId: v.id("posts"), body: v.string() }).commitOrdered().index("by_post", ["postId"]),
    banners: defineTable({ siteRef: v.string(), image: v.string() }),
    drafts: defineTable({ title: v.string(), expiresAt: v.string() }).ttl("expiresAt"),
    previews: defineTable({ html: v.string(), goneAt: v.union(v.number(), v.null()) }).ttl("goneAt", { after: 60_000 }),
    sessions: defineTable({ token: v.string().unique(), who: v.string() }).ttl("expires"),
    auditLog: defineTable({ what: v.string(), rowId: v.string() }).commitOrdered().index("by_seq", ["_commitSeq"]),
    terms: defineTable({ slug: v.string(), label: v.string() })
      .global()
      .index("by_slug", ["slug"], { unique: true })
      .index("by_slug_again", ["slug"], { unique: true })
      .searchIndex("search_label", { field: "label" }),
    ledgers: defineTable({ ...WIDE }).global(),
    ledgersArchive: defineTable({ ...WIDE }).global({ backend: "hyperdrive" }),
    counters: defineTable({ key: v.string().unique(), n: v.number() }).shardBy("key").global(),
    ...feeds.tables,
  },
  {},
  [defineAggregateIndex("ratings_per_post", { on: "ratings", op: "count", by: ["postId"] })],
);

export type PageOptions = typeof paginationOptsValidator;
export default schema;
