//! The project that most sessions are about.

pub(crate) const SCHEMA: &str = "import { defineSchema, defineTable, v } from \"@lunora/server\";

export default defineSchema({
  posts: defineTable({ author: v.string(), title: v.string() }),
});
";

pub(crate) const POSTS: &str = "import { query, v } from \"./_generated/server\";

export const byAuthor = query.input({ author: v.string() }).query(async ({ ctx, args }) => {
  const fish = \"🐟\"; return ctx.db.query(\"posts\").filter((post) => post.author === args.author).collect();
});
";

pub(crate) const PROJECT: &[(&str, &str)] = &[("lunora/schema.ts", SCHEMA), ("lunora/posts.ts", POSTS)];

/// A schema without the table that the query reads.
pub(crate) fn renamed() -> String {
    SCHEMA.replace("posts", "articles")
}
