import { query } from "#lunora/_generated/server.js";

const escapeXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

export const feed = query.query(async ({ ctx }) => {
  const posts = await ctx.db
    .query("posts")
    .withIndex("by_status", (q) => q.eq("status", "published"))
    .order("desc")
    .take(30);

  const items = posts.map((post) => `<item><title>${escapeXml(post.title)}</title><link>/posts/${post.slug}</link></item>`);
  return `<rss version="2.0"><channel><title>The blog</title>${items.join("")}</channel></rss>`;
});

export const sitemap = query.query(async ({ ctx }) => {
  const posts = await ctx.db.query("posts").withIndex("by_slug").collect();
  return posts.map((post) => `/posts/${post.slug}`);
});
