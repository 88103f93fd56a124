import { LunoraError } from "lunorash/server";

import { mutation, query, v } from "#lunora/_generated/server.js";
import { requireAuthor } from "#lunora/lib/auth.js";
import { toSlug } from "#lunora/lib/slug.js";

/** The tag cloud. */
export const all = query.query(async ({ ctx }) => {
  const tags = await ctx.db.query("tags").collect();
  return tags.map(({ slug, label }) => ({ slug, label }));
});

/** Posts under /tag/:slug. */
export const posts = query.input({ slug: v.string().max(60) }).query(async ({ ctx, args }) => {
  const tag = await ctx.db.tags.findFirst({ where: { slug: args.slug } });
  if (!tag) return [];

  const links = await ctx.db
    .query("postTags")
    .withIndex("by_tag", (q) => q.eq("tagId", tag._id))
    .collect();
  const { page } = await ctx.db.posts.findMany({ where: { _id: { in: links.map((link) => link.postId) } } });
  return page;
});

export const setForPost = mutation
  .input({ postId: v.id("posts"), labels: v.array(v.string().min(1).max(60)).max(10) })
  .mutation(async ({ ctx, args }) => {
    const author = await requireAuthor(ctx);
    const post = await ctx.db.posts.get(args.postId);
    if (post?.authorId !== author._id) throw new LunoraError("FORBIDDEN", "Not your post");

    const wanted = new Map(args.labels.map((label) => [toSlug(label), label]));
    const { page: known } = await ctx.db.tags.findMany({ where: { slug: { in: [...wanted.keys()] } } });
    const tagIds = known.map((tag) => tag._id);
    for (const tag of known) wanted.delete(tag.slug);
    for (const [slug, label] of wanted) tagIds.push(await ctx.db.tags.insert({ slug, label }));

    const old = await ctx.db
      .query("postTags")
      .withIndex("by_post", (q) => q.eq("postId", args.postId))
      .collect();
    await ctx.db.postTags.deleteMany(old.map((link) => link._id));
    await ctx.db.postTags.insertMany(tagIds.map((tagId) => ({ postId: args.postId, tagId })));
  });
