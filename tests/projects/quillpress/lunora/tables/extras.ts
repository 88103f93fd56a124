import { defineTable, v } from "@lunora/server";

const KEYS = ["postId", "stars"] as const;

export const media = defineTable({ postId: v.id("posts"), key: v.storage(), spot: v.string(), takenAt: v.number() })
  .index("by_post", ["postId"])
  .geoIndex("by_place", { field: "spot" })
  .relations((r) => ({
    post: r.one("posts", { field: "post" }),
  }));

export const ratings = (defineTable({ postId: v.id("posts"), stars: v.number(), by: v.string() }) as any)
  .index("by_post_stars", KEYS)
  .index("by_none", [])
  .index("by_rater", ["postId", "rater"])
  .rankIndex("top", { sortBy: [{ field: "star", direction: "desc" }], partitionBy: ["postId"] })
  .rankIndex("latest", { sortBy: [], partitionBy: ["postId"] });
