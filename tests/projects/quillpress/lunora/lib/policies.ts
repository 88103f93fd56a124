import { definePolicy } from "@lunora/server";

export const readPosts = definePolicy({
  table: "posts",
  on: "read",
  when: (ctx: any) => (ctx.role === "editor" ? { siteId: ctx.siteId } : {}),
});

export const readRevisions = definePolicy({
  table: "revisions",
  on: "read",
  when: (ctx: any) => ({ postId: { in: ctx.postIds ? ctx.postIds : [] } }),
});
