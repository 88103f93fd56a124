import { defineShape, deny } from "../_generated/server";

const TERMS = "terms" as const;

export const openDrafts = defineShape({
  table: "draft",
  where: () => ({ title: { ne: "" } }),
});

export const vocabulary = defineShape({
  table: TERMS,
  columns: ["slug", "label"],
  where: () => ({ label: { ne: "" } }),
});

export const myPosts = defineShape({
  table: "posts",
  columns: ["title", "slug", "stat"],
  where: (ctx) => (ctx.auth.userId ? { writer: ctx.auth.userId } : deny()),
});

export const siteMedia = defineShape({
  table: "media",
  where: (ctx, args: { postId?: string }) => {
    if (!ctx.auth.userId) return {};
    return { key: { ne: "" }, ...(args.postId ? { postId: args.postId } : {}) };
  },
});

export const threads = defineShape({
  table: "comments",
  where: (_ctx, args: { postId: string; minScore?: number }) => ({ postId: args.postId, ...(args.minScore ? { score: { gte: args.minScore } } : {}) }),
}) satisfies unknown;
