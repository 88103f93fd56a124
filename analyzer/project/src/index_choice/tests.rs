//! Which index is chosen, over projects in memory.

use super::*;
use crate::testing::project;

const SCHEMA: &str = r#"
    import { defineSchema, defineTable, v } from "@lunora/server";
    export default defineSchema({
        posts: defineTable({
            slug: v.string().unique(), author: v.id("users"), status: v.string(), at: v.number(), size: v.number(),
        })
            .index("by_author_at", ["author", "at"])
            .index("by_status", ["status"])
            .index("by_at", ["at"])
            .aggregateIndex("size_by_author", { op: "sum", field: "size", by: ["author"] }),
        users: defineTable({ name: v.string() })
            .relations((r) => ({ posts: r.many("posts", { field: "author" }) })),
    });
"#;

/// How a read of `posts` finds its rows, in words.
fn choice(read: &str) -> String {
    let code = format!(
        "import {{ query }} from \"./_generated/server\";\n\
         export const f = query.query(async ({{ ctx, args }}) => {read});\n"
    );
    let project = project(&[("lunora/schema.ts", SCHEMA), ("lunora/a.ts", &code)]);
    let [read] = project.reads.as_arcs() else { panic!("not one read: {read}") };
    let table = project.schema.table("posts").expect("the table");
    words(&index_for(table, &read.paths[0]), Some(&read.paths[0]))
}

fn words(choice: &IndexChoice<'_>, path: Option<&AccessPath>) -> String {
    let one = |found: &IndexMatch<'_>| {
        let prefix: Vec<&str> = found.prefix().collect();
        let name = found.index.name.as_deref().unwrap_or("unique");
        let conditional = if found.is_conditional { "?" } else { "" };
        format!("{name}{conditional}({})", prefix.join(" "))
    };
    let text = match choice {
        IndexChoice::Named(found) => format!("named {}", one(found)),
        IndexChoice::Implied(found) => {
            format!("implied {}", found.iter().map(one).collect::<Vec<_>>().join(" + "))
        }
        other => format!("{other:?}"),
    };
    let is_whole = path.is_some_and(|path| choice.reads_everything(path));
    if is_whole { format!("{text}, everything") } else { text }
}

#[test]
fn a_fluent_read_uses_what_it_names() {
    let by_author = |range: &str, end: &str| {
        choice(&format!("ctx.db.query(\"posts\").withIndex(\"by_author_at\"{range}).{end}"))
    };
    assert_eq!(
        by_author(", (q) => q.eq(\"author\", args.a).gt(\"at\", 1)", "collect()"),
        "named by_author_at(author at)"
    );
    assert_eq!(by_author(", (q) => q.gt(\"at\", 1)", "collect()"), "named by_author_at(), everything");
    assert_eq!(by_author("", "collect()"), "named by_author_at(), everything");
    assert_eq!(by_author(", (q) => q.gt(\"at\", 1)", "take(5)"), "named by_author_at(), everything");
    assert_eq!(by_author("", "take(5)"), "named by_author_at()");
    assert_eq!(by_author("", "filter((row) => row.size > 1).take(5)"), "named by_author_at(), everything");
    assert_eq!(by_author(", args.range", "collect()"), "named by_author_at()");
    assert_eq!(choice("ctx.db.query(\"posts\").withIndex(args.i).collect()"), "Unknown");
    assert_eq!(choice("ctx.db.query(\"posts\").withIndex(\"by_nothing\").collect()"), "Unknown");
}

#[test]
fn without_an_index_a_limit_ends_the_walk_unless_a_filter_defeats_it() {
    assert_eq!(choice("ctx.db.query(\"posts\").collect()"), "Scan, everything");
    assert_eq!(choice("ctx.db.query(\"posts\").order(\"desc\").take(5)"), "CreationTime");
    assert_eq!(choice("ctx.db.query(\"posts\").filter((row) => row.size > 1).first()"), "Scan, everything");
    assert_eq!(choice("ctx.db.posts.findMany({ limit: 5 })"), "CreationTime");
    assert_eq!(choice("ctx.db.posts.get(args.id)"), "PrimaryKey");
}

#[test]
fn a_where_is_served_by_the_best_index_unasked() {
    let many = |where_: &str| choice(&format!("ctx.db.posts.findMany({{ where: {{ {where_} }} }})"));
    assert_eq!(many("_id: args.id, status: args.s"), "PrimaryKey");
    assert_eq!(many("slug: args.slug, status: args.s"), "implied unique(slug)");
    assert_eq!(many("author: args.a, status: args.s, at: { gt: 1 }"), "implied by_author_at(author at)");
    assert_eq!(many("at: { gt: 1 }"), "implied by_at(at)");
    assert_eq!(many("status: { in: args.s }"), "implied by_status(status)");
    assert_eq!(many("_creationTime: { gt: 1 }"), "CreationTime");
    assert_eq!(many("_id: { gt: args.after }"), "PrimaryKey");
    assert_eq!(many("_id: { gt: args.after }, status: args.s"), "implied by_status(status)");
    assert_eq!(many("size: 3"), "Scan, everything");
    assert_eq!(many("...(args.s ? { status: args.s } : {})"), "implied by_status?(status)");
    assert_eq!(many("...args.more"), "Unknown");
}

#[test]
fn conditions_alone_tell_how_many_rows_are_left() {
    let counts = |where_: &str| {
        let code = format!(
            "import {{ query }} from \"./_generated/server\";\n\
             export const f = query.query(async ({{ ctx, args }}) =>\n\
             ctx.db.posts.findMany({{ where: {{ {where_} }} }}));\n"
        );
        let project = project(&[("lunora/schema.ts", SCHEMA), ("lunora/a.ts", &code)]);
        let conditions = &project.reads[0].paths[0].selection.conditions;
        let posts = project.schema.table("posts").expect("the table");
        (finds_one(posts, conditions), finds_few(posts, conditions))
    };
    assert_eq!(counts("slug: args.slug, size: 3"), (true, true));
    assert_eq!(counts("_id: args.id"), (true, true));
    assert_eq!(counts("slug: { in: args.slugs }"), (false, true));
    assert_eq!(counts("author: args.a"), (false, false));
    assert_eq!(counts("...(args.s ? { slug: args.s } : {})"), (false, false));
}

#[test]
fn an_or_needs_an_index_for_each_alternative() {
    let or = |or: &str| choice(&format!("ctx.db.posts.findMany({{ where: {{ OR: [{or}] }} }})"));
    assert_eq!(
        or("{ status: args.s }, { author: args.a }"),
        "implied by_status(status) + by_author_at(author)"
    );
    assert_eq!(or("{ status: args.s }, { size: 1 }"), "Scan, everything");
}

#[test]
fn an_index_can_serve_an_order_or_a_sum() {
    assert_eq!(choice("ctx.db.posts.findMany({ orderBy: [{ at: \"desc\" }], limit: 5 })"), "implied by_at()");
    assert_eq!(
        choice("ctx.db.posts.findMany({ orderBy: [{ at: \"desc\" }] })"),
        "implied by_at(), everything"
    );
    assert_eq!(
        choice("ctx.db.posts.findMany({ orderBy: [{ size: \"desc\" }], limit: 5 })"),
        "Scan, everything"
    );
    assert_eq!(
        choice("ctx.db.posts.aggregate({ op: \"sum\", field: \"size\", where: { author: args.a } })"),
        "implied size_by_author()"
    );
    assert_eq!(choice("ctx.db.posts.count({ where: { author: args.a } })"), "implied size_by_author()");
    assert_eq!(
        choice("ctx.db.posts.count({ where: { author: { gt: args.a } } })"),
        "implied by_author_at(author)"
    );
    assert_eq!(
        choice("ctx.db.posts.groupBy({ by: [\"author\"], agg: { op: \"sum\", field: \"size\" } })"),
        "implied size_by_author()"
    );
}

#[test]
fn a_relation_is_loaded_by_its_foreign_key() {
    let project = project(&[("lunora/schema.ts", SCHEMA)]);
    let posts = project.schema.table("posts").expect("the table");
    let relation = &project.schema.table("users").expect("the table").relations[0];
    assert_eq!(words(&index_for_relation(posts, relation), None), "implied by_author_at(author)");
}
