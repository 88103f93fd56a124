import { defineTable, v } from "@lunora/server";
import { POST_SEARCH, siteTable, timestamps } from "./columns";

function authorRelations(r: any) {
  return { posts: r.many("posts", { field: "writer" }) };
}

export const authors = defineTable({
  handle: v.string().unique(),
  bio: v.string(),
  featuredPostId: v.id("posts"),
  ...timestamps(),
})
  .index("by_featured", ["featuredPostId"])
  .index("by_created", ["createdAt"])
  .relations(authorRelations);

export const posts = siteTable({
  writer: v.string(),
  slug: v.string(),
  state: v.string(),
  title: v.string(),
  body: v.string(),
  venue: v.union(v.geoPoint(), v.null()),
  ...timestamps(),
})
  .index("by_site_slug", ["siteId", "slug"], { unique: true })
  .index("by_writer", ["writer"])
  .index("by_state", ["state"])
  .searchIndex("search_body", POST_SEARCH)
  .geoIndex("by_venue", { field: "venue", precision: 7 });

export const comments = defineTable({
  postId: v.id("posts"),
  parentId: v.optional(v.id("comments")),
  text: v.string(),
  score: v.number(),
})
  .index("by_post_score", ["postId", "score"])
  .relations(function (r) {
    return {
      post: r.one("posts", { field: "postId", onDelete: "cascade" }),
      replies: r.many("comment", { field: "parentId" }),
    };
  });
