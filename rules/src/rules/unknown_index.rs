//! Names of indexes that the table does not have, or not of that kind.

use std::cmp::Reverse;

use lunora_project::schema::{Index, IndexKind, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{operation_finding, relate_index, relate_table, set};
use crate::fixes::use_name;
use crate::reads::NameError;
use crate::rule::{Fact, Findings, Rule};
use crate::words::listed;

/// So many other names are offered at most.
const MAX_OFFERED: usize = 3;

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unknown_index",
        title: "Unknown index",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A read names an index that its table does not have.",
        docs: include_str!("../../docs/unknown_index.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn describe(context: &RuleContext<'_>, finding: &mut Finding, name: &str, kind: IndexKind, table: &Table) {
    let word = kind_word(kind);
    let mut known = nearest_first(name, usable(kind, table).collect());
    known.truncate(MAX_OFFERED);
    let meant = meant(name, kind, table);
    let other = table.index(name);
    finding.detail = match other {
        Some(other) => format!(
            "`{}` has no {word} `{name}`: that is its {}, so the read throws when it runs.",
            table.name,
            kind_word(other.kind)
        ),
        None => format!("`{}` has no {word} `{name}`: the read throws when it runs.", table.name),
    };
    finding.remediation = match (meant, known.as_slice()) {
        (Some(meant), _) => format!("Use `{meant}`, or declare `{name}` on `{}`.", table.name),
        (None, []) => format!("Declare a {word} `{name}` on `{}`, which has no {word} yet.", table.name),
        (None, known) => {
            format!(
                "Use {}, or declare `{name}` on `{}`.",
                listed(known).replace(" and ", " or "),
                table.name
            )
        }
    };
    finding.primary_label = meant.map_or_else(
        || format!("`{}` has no such {word}", table.name),
        |meant| format!("no such {word}; did you mean `{meant}`?"),
    );
    match other.or_else(|| meant.and_then(|meant| table.index(meant))) {
        Some(index) => {
            let message = format!("this is a {}", kind_word(index.kind));
            relate_index(context, finding, index, message);
        }
        None => relate_table(context, finding, table, format!("`{}` is declared here", table.name)),
    }
    set(finding, "table", json!(table.name));
    set(finding, "index", json!(name));
    set(finding, "indexKind", json!(kind_key(kind)));
    if let Some(meant) = meant {
        set(finding, "nearest", json!(meant));
    }
}

/// The index of that kind that was probably meant.
fn meant<'a>(name: &str, kind: IndexKind, table: &'a Table) -> Option<&'a str> {
    nearest(name, usable(kind, table))
}

/// The names of the indexes of that kind, except for those over columns that the table does not have.
fn usable(kind: IndexKind, table: &Table) -> impl Iterator<Item = &str> {
    let has_all =
        |index: &&Index| index.fields.iter().all(|field| table.has_column(&field.name) != Some(false));
    let of_kind = table.indexes.iter().filter(move |index| index.kind == kind);
    of_kind.filter(has_all).filter_map(|index| index.name.as_deref())
}

/// Names in the order of their likeness to a wrong one: first those that continue it, then those that share most of its words.
fn nearest_first<'a>(name: &str, mut known: Vec<&'a str>) -> Vec<&'a str> {
    let wanted: Vec<&str> = name.split('_').collect();
    let likeness = |candidate: &str| {
        let shared = candidate.split('_').filter(|word| wanted.contains(word)).count();
        (Reverse(candidate.starts_with(name)), Reverse(shared))
    };
    known.sort_by_key(|candidate| likeness(candidate));
    known
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let mut seen = rustc_hash::FxHashSet::default();
    for (read, error) in context.faulty_reads() {
        let NameError::Index { name, kind, table, place } = error else { continue };
        let Some(table) = context.schema().table(table) else { continue };
        if !seen.insert((*place, &table.name)) {
            continue;
        }
        let subject = format!("{}|{name}", table.name);
        let mut finding = operation_finding(context, RULE.metadata, read.into(), *place, &subject);
        describe(context, &mut finding, name, *kind, table);
        if let Some(meant) = meant(name, *kind, table) {
            finding.fixes.extend(use_name(context, *place, name, meant));
        }
        findings.push(finding);
    }
}

fn kind_word(kind: IndexKind) -> &'static str {
    match kind {
        IndexKind::Secondary | IndexKind::UniqueColumn => "index",
        IndexKind::Search => "search index",
        IndexKind::Geo => "geo index",
        IndexKind::Rank => "rank index",
        IndexKind::Aggregate => "aggregate index",
        IndexKind::Vector => "vector index",
    }
}

/// The kind as metadata calls it.
pub(super) fn kind_key(kind: IndexKind) -> &'static str {
    match kind {
        IndexKind::Secondary | IndexKind::UniqueColumn => "secondary",
        IndexKind::Search => "search",
        IndexKind::Geo => "geo",
        IndexKind::Rank => "rank",
        IndexKind::Aggregate => "aggregate",
        IndexKind::Vector => "vector",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ title: v.string(), score: v.number() })
    .index("by_title", ["title"])
    .searchIndex("search_title", { field: "title" })
    .rankIndex("top", { sortBy: [{ field: "score" }] }),
  notes: defineTable({ title: v.string() }).index("by_heading", ["title"]),
});
//- /lunora/posts.ts
"#;

    #[test]
    fn a_name_that_the_table_has_not_for_that_kind_is_reported() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
import { query } from "./_generated/server";
import { first } from "./lib/first";
export const slip = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_titel", (q) => q.eq("title", "x")).first());
//                                                                           ^^^ ERROR unknown_index `posts` has no index `by_titel`
export const kind = query.query(({ ctx }) => ctx.db.query("posts").withIndex("search_title", (q) => q.eq("title", "x")).first());
//                                                                           ^^^ unknown_index `posts` has no index `search_title`: that is its search index
export const search = query.query(({ ctx }) => ctx.db.query("posts").withSearchIndex("by_title", (q) => q.search("title", "x")).take(5));
//                                                                                   ^^^ unknown_index `posts` has no search index `by_title`
export const rank = query.query(({ ctx }) => ctx.db.posts.rankPage("best", { take: 5 }));
//                                                                 ^^^ unknown_index `posts` has no rank index `best`
export const helper = query.query(({ ctx }) => first(ctx, "posts", "by_heading"));
//                                                                 ^^^ unknown_index
export const good = query.query(({ ctx }) => first(ctx, "notes", "by_heading"));
//- /lunora/lib/first.ts
export const first = (ctx, table, index) => ctx.db.query(table).withIndex(index, (q) => q.eq("title", "x")).first();
"#
            ),
        );
    }

    #[test]
    fn names_that_may_be_meant_come_nearest_first_and_work() {
        let findings = findings_of(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ slug: v.string(), authorId: v.string(), status: v.string(), at: v.number() })
    .index("by_slug", ["slug"])
    .index("by_author_status", ["authorId", "status"])
    .index("by_status_published", ["status", "at"])
    .index("by_statue", ["statue"]),
});
//- /lunora/posts.ts
export const read = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_status", (q) => q.eq("status", "x")).first());
"#,
        );
        let advice: Vec<&str> = findings.iter().map(|finding| finding.remediation.as_str()).collect();
        assert_eq!(
            advice,
            [
                "Use `by_status_published`, `by_author_status` or `by_slug`, or declare `by_status` on `posts`."
            ]
        );
    }

    #[test]
    fn built_in_computed_and_unreadable_ones_are_silent() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
export const built = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_creation_time", (q) => q.gt("_creationTime", 1)).collect());
export const byId = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_id", (q) => q.eq("_id", "x")).first());
export const any = query.input({ i: v.string() }).query(({ ctx, args }) => ctx.db.query("posts").withIndex(args.i).first());
const unused = (ctx) => ctx.db.query("posts").withIndex("ghost").collect();
// lunora-advisor-disable-next-line unknown_index -- added by the next deploy
export const soon = query.query(({ ctx }) => ctx.db.query("posts").withIndex("ghost").first());
"#
            ),
        );
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema } from "@lunora/server";
import { withIndexes } from "some-package";
export default defineSchema({ posts: withIndexes({}) });
//- /lunora/posts.ts
export const all = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_any").first());
"#,
        );
    }
}
