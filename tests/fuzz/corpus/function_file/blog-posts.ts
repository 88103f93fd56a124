import { LunoraError } from "lunorash/server";

import { internalMutation, mutation, query, v } from "#lunora/_generated/server.js";
import { requireAuthor } from "#lunora/lib/auth.js";
import { toSlug } from "#lunora/lib/slug.js";

const postFields = {
  title: v.string().min(1).max(200),
  excerpt: v.string().max(500),
  body: v.string().max(100_000),
};

export const latest = query.query(({ ctx }) =>
  ctx.db
    .query("posts")
    .withIndex("by_status_published", (q) => q.eq("status", "published"))
    .order("desc")
    .take(20),
);

export const bySlug = query.input({ slug: v.string().max(200) }).query(async ({ ctx, args }) => {
  const post = await ctx.db
    .query("posts")
    .withIndex("by_slug", (q) => q.eq("slug", args.slug))
    .unique();
  return post?.status === "published" ? post : null;
});

/** "More by this author", under a post. */
export const moreByAuthor = query.input({ authorId: v.id("users") }).query(async ({ ctx, args }) => {
  const posts = await ctx.db.query("posts").collect();
  return posts
    .filter((post) => post.authorId === args.authorId)
    .slice(0, 5)
    .map(({ title, slug }) => ({ title, slug }));
});

export const myDrafts = query.query(async ({ ctx }) => {
  const author = await requireAuthor(ctx);
  return ctx.db
    .query("posts")
    .withIndex("by_author_status", (q) => q.eq("authorId", author._id).eq("status", "draft"))
    .collect();
});

/** What editors have to look at. */
export const allDrafts = query.query(async ({ ctx }) => {
  await requireAuthor(ctx);
  return ctx.db
    .query("posts")
    .withIndex("by_author_status", (q) => q.eq("status", "draft"))
    .collect();
});

export const highlights = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.posts.findMany({
    where: { status: "published" },
    orderBy: [{ published: "desc" }],
    limit: 3,
    with: { author: true },
  });
  return page;
});

export const search = query.input({ text: v.string().max(100) }).query(({ ctx, args }) =>
  ctx.db
    .query("posts")
    .withSearchIndex("search_body", (q) => q.search("body", args.text).eq("status", "published"))
    .take(20),
);

export const create = mutation.input(postFields).mutation(async ({ ctx, args }) => {
  const author = await requireAuthor(ctx);
  const slug = toSlug(args.title);

  const taken = await ctx.db
    .query("posts")
    .withIndex("by_slug", (q) => q.eq("slug", slug))
    .first();
  if (taken) throw new LunoraError("CONFLICT", "There is a post with this title already");

  return ctx.db.insert("posts", { ...args, slug, authorId: author._id, status: "draft" });
});

export const update = mutation
  .input({ postId: v.id("posts"), ...postFields })
  .mutation(async ({ ctx, args: { postId, ...fields } }) => {
    const author = await requireAuthor(ctx);
    const post = await ctx.db.posts.get(postId);
    if (post?.authorId !== author._id) throw new LunoraError("FORBIDDEN", "Not your post");
    await ctx.db.posts.patch(postId, fields);
  });

export const publish = mutation.input({ postId: v.id("posts") }).mutation(async ({ ctx, args }) => {
  const author = await requireAuthor(ctx);
  const post = await ctx.db.posts.get(args.postId);
  if (post?.authorId !== author._id) throw new LunoraError("FORBIDDEN", "Not your post");
  await ctx.db.posts.patch(args.postId, { status: "published", publishedAt: Date.now() });
});

export const schedule = mutation
  .input({ postId: v.id("posts"), publishedAt: v.timestamp() })
  .mutation(async ({ ctx, args }) => {
    const author = await requireAuthor(ctx);
    const post = await ctx.db.posts.get(args.postId);
    if (post?.authorId !== author._id) throw new LunoraError("FORBIDDEN", "Not your post");
    await ctx.db.posts.patch(args.postId, { status: "scheduled", publishedAt: args.publishedAt });
  });

/** Run by the clock, see crons.ts. */
export const publishDue = internalMutation.mutation(async ({ ctx }) => {
  const due = await ctx.db
    .query("posts")
    .withIndex("by_status_published", (q) => q.eq("status", "scheduled").lte("publishedAt", ctx.now))
    .take(50);
  for (const post of due) {
    await ctx.db.posts.patch(post._id, { status: "published" });
  }
});
