import { action, internalMutation, mutation, query, v } from "#lunora/_generated/server";

export const bySlug = query
  .input({ siteId: v.id("sites"), slug: v.string().max(120) })
  .query(({ ctx, args }) =>
    ctx.db
      .query("posts")
      .withIndex("by_site_slug", (q) => q.eq("siteId", args.siteId).eq("slug", args.slug))
      .unique(),
  );

export const search = query
  .input({ siteId: v.id("sites"), text: v.string().max(80) })
  .query(({ ctx, args }) =>
    ctx.db.query("posts").withSearchIndex("search_body", (q) => q.search("body", args.text).eq("siteId", args.siteId)).take(20),
  );

export const newAuthors = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.authors.findMany({ orderBy: [{ createdAt: "desc" }], limit: 12 });
  return page;
});

export const postsBy = query.input({ writer: v.string().max(64) }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.posts.findMany({ where: { writer: args.writer }, limit: 50 });
  return page;
});

export const termBySlug = query
  .input({ slug: v.string().max(64) })
  .query(({ ctx, args }) => ctx.db.query("terms").withIndex("by_slug", (q) => q.eq("slug", args.slug)).unique());

export const termSearch = query
  .input({ text: v.string().max(64) })
  .query(({ ctx, args }) => ctx.db.query("terms").withSearchIndex("search_label", (q) => q.search("label", args.text)).take(10));

export const publish = mutation
  .input({ siteId: v.id("sites"), writer: v.string(), slug: v.string(), title: v.string(), body: v.string() })
  .mutation(async ({ ctx, args }) => {
    const postId = await ctx.orm.insert("posts").values({ ...args, state: "live", venue: null, createdAt: ctx.now });
    await ctx.db.insert("revisions", { postId, body: args.body });
    await ctx.db.auditLog.insert({ what: "publish", rowId: postId });
    return postId;
  });

export const join = mutation
  .input({ handle: v.string().max(40), featuredPostId: v.id("posts") })
  .mutation(({ ctx, args }) =>
    ctx.db.authors.upsert({ target: ["handle"], create: { ...args, bio: "", createdAt: ctx.now }, update: { updatedAt: ctx.now } }),
  );

export const prune = internalMutation.input({ postId: v.id("posts") }).mutation(async ({ ctx, args }) => {
  const old = await ctx.db
    .query("revisions")
    .withIndex("by_post", (q) => q.eq("postId", args.postId))
    .collect();
  await Promise.all(old.slice(0, -10).map(({ _id }) => ctx.db.revisions.delete(_id)));
});

export const exportToFirestore = action.input({ siteId: v.id("sites") }).action(async ({ ctx, args }) => {
  const { initializeApp } = await import("firebase-admin/app");
  const app = initializeApp();
  const site = await ctx.db.sites.get(args.siteId);
  return { app: app.name, host: site?.host };
});
