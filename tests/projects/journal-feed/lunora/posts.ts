import { LunoraError } from "lunorash/server";
import { internalMutation, mutation, query, v } from "./_generated/server.js";

const PAGE = 50;

export const feed = query.query(async ({ ctx }) => {
  return await ctx.db.query("posts").order("desc").collect();
});

export const latest = query.query(async ({ ctx }) => ctx.db.query("posts").order("desc").take(20));

export const front = query
  .input({ limit: v.number().int().min(1).max(40) })
  .query(async ({ ctx, args }) => {
    return await ctx.db.query("posts").order("desc").take(args.limit);
  });

export const river = query
  .input({ limit: v.number() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("posts")
      .order("desc")
      .take(args.limit);
  });

export const riverSafe = query
  .input({ limit: v.optional(v.number()) })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("posts")
      .order("desc")
      .take(Math.min(args.limit ?? PAGE, PAGE));
  });

export const bySlug = query
  .input({ slug: v.string() })
  .query(async ({ ctx, args }) => {
    const post = await ctx.db
      .query("posts")
      .withIndex("by_slug", (q) => q.eq("slug", args.slug))
      .unique();
    if (!post) throw new LunoraError("NOT_FOUND", `no post called ${args.slug}`);
    return post;
  });

export const one = query
  .input({ postId: v.id("posts") })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("posts")
      .filter((post) => post._id === args.postId)
      .first();
  });

// newest first, straight from the author's own pages
export const byAuthor = query
  .input({ authorId: v.id("users") })
  .query(async ({ ctx, args }) =>
    ctx.db
      .query("posts")
      .withIndex("by_author", (q) => q.eq("authorId", args.authorId))
      .order("desc")
      .take(20),
  );

export const drafts = query
  .input({ authorId: v.id("users") })
  .query(async ({ ctx, args }) =>
    ctx.db
      .query("posts")
      .withIndex("by_author_status", (q) => q.eq("authorId", args.authorId).eq("status", "draft"))
      .collect(),
  );

export const inCategory = query
  .input({ category: v.string() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("posts")
      .filter((post) => post.category === args.category)
      .order("desc")
      .take(PAGE);
  });

export const categoryShelf = query
  .input({ category: v.string() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("posts")
      .withIndex("by_category_published")
      .order("desc")
      .filter((post) => post.category === args.category)
      .collect();
  });

export const shelf = query
  .input({ category: v.string(), from: v.number(), to: v.number() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("posts")
      .withIndex("by_category_published", (q) =>
        q.eq("category", args.category).gte("publishedAt", args.from).lt("publishedAt", args.to),
      )
      .order("desc")
      .collect();
  });

export const since = query
  .input({ from: v.number() })
  .query(async ({ ctx, args }) => {
    const posts = await ctx.db
      .query("posts")
      .withIndex("by_category_published", (q) => q.gte("publishedAt", args.from))
      .collect();
    return posts.map((p) => ({ id: p._id, title: p.title, at: p.publishedAt }));
  });

export const directory = query.query(async ({ ctx }) => {
  const posts = await ctx.db.query("posts").withIndex("by_category_published").collect();
  return posts.map(({ title, category }) => ({ title, category }));
});

export const directoryPage = query
  .input({ cursor: v.string().nullable() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("posts")
      .withIndex("by_category_published")
      .paginate({ cursor: args.cursor, numItems: 30 });
  });

export const search = query
  .input({ text: v.string().max(200) })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("posts")
      .withSearchIndex("search_body", (q) => q.search("body", args.text).eq("status", "published"))
      .take(25);
  });

export const create = mutation
  .input({ title: v.string().max(200), slug: v.string().max(80), body: v.string(), category: v.string() })
  .mutation(async ({ ctx, args }) => {
    const author = await ctx.db
      .query("users")
      .withIndex("by_handle", (q) => q.eq("handle", ctx.auth.userId ?? ""))
      .unique();
    if (!author) throw new LunoraError("UNAUTHENTICATED", "sign in first");
    return await ctx.db.insert("posts", { ...args, authorId: author._id, status: "draft", views: 0 });
  });

export const publish = mutation
  .input({ postId: v.id("posts") })
  .mutation(async ({ ctx, args }) => {
    const post = await ctx.db.get(args.postId);
    if (!post || post.status === "published") return null;
    await ctx.db.patch(args.postId, { status: "published", publishedAt: ctx.now });
    return args.postId;
  });

export const retireOld = internalMutation
  .input({ before: v.number() })
  .mutation(async ({ ctx, args }) => {
    const old = await ctx.db
      .query("posts")
      .filter((p) => p.views < 10 && p.status === "draft")
      .take(200);
    for (const post of old) await ctx.db.patch(post._id, { status: "retired" });
    return old.length;
  });
