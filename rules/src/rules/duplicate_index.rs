//! Indexes that another index of the same table makes needless.

use lunora_project::access::{Limit, Read};
use lunora_project::schema::{Index, IndexKind, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{columns, relate_index, set};
use crate::fixes::remove_index;
use crate::rule::{Fact, Findings, Rule};
use crate::words::listed;

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "duplicate_index",
        title: "Duplicate index",
        level: Level::Info,
        categories: &[Category::Performance],
        facing: Facing::Internal,
        description: "An index holds the leading columns of another one, which serves the same reads.",
        docs: include_str!("../../docs/duplicate_index.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Files, Fact::Schema, Fact::Reads],
    check,
};

fn duplicate(
    context: &RuleContext<'_>,
    table: &Table,
    index: &Index,
    covering: &Index,
    users: &[&Read],
) -> Finding {
    let name = index.name.as_deref().unwrap_or_default();
    let other = covering.name.as_deref().unwrap_or_default();
    let subject = format!("|{}|{name}", table.name);
    let mut finding = Finding::new(RULE.metadata, context.location(index.place), subject);
    let fields = columns(index);
    let is_twin = fields.len() == covering.fields.len();
    let relation = if is_twin { "holds the same columns as" } else { "holds the leading columns of" };
    finding.detail = format!(
        "`{name}` on `{}` {relation} `{other}`: every read that `{name}` serves, `{other}` serves as well, and each write keeps both up to date.",
        table.name
    );
    finding.remediation = if users.is_empty() {
        format!("Remove `{name}`: no read names it.")
    } else {
        let places: Vec<String> = users.iter().map(|read| place(context, read)).collect();
        format!("Name `{other}` instead in {}, then remove `{name}`.", listed(&places))
    };
    finding.primary_label = format!("`{other}` makes this index needless");
    for read in users {
        let location = context.location(read.place);
        finding.related.push(Related { location, message: format!("this read names `{name}`") });
    }
    let shared = match fields.as_slice() {
        _ if is_twin => format!("the same columns: {}", listed(&fields)),
        [only] => format!("`{only}` comes first here"),
        _ => format!("{} come first here", listed(&fields)),
    };
    relate_index(context, &mut finding, covering, shared);
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "index", json!(name));
    set(&mut finding, "fields", json!(fields));
    set(&mut finding, "coveredBy", json!({ "name": other, "fields": columns(covering) }));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        let indexes: Vec<&Index> = table
            .indexes
            .iter()
            .filter(|index| {
                index.kind == IndexKind::Secondary
                    && index.has_all_fields
                    && index.name.is_some()
                    && !index.fields.is_empty()
            })
            .collect();
        for index in &indexes {
            let Some(covering) = covering(index, &indexes) else { continue };
            let users = users(context, table, index);
            let is_twin = covering.fields.len() == index.fields.len();
            if is_twin || !users.iter().any(|read| relies_on_order(read, table, index)) {
                let mut finding = duplicate(context, table, index, covering, &users);
                finding.fixes.extend(remove_index(context, table, index, Some(covering)));
                findings.push(finding);
            }
        }
    }
}

/// The index that makes another one needless. Of twins the one whose name sorts later goes, unless only that one is unique.
pub(super) fn covering<'a>(index: &Index, all: &[&'a Index]) -> Option<&'a Index> {
    let covers = |other: &&&'a Index| {
        let begins = other.fields.len() >= index.fields.len()
            && other.fields.iter().zip(&index.fields).all(|(a, b)| a.name == b.name);
        let is_twin = other.fields.len() == index.fields.len();
        let is_needless = if is_twin {
            match (index.is_unique, other.is_unique) {
                (false, true) => true,
                (true, false) => false,
                _ => index.name > other.name,
            }
        } else {
            !index.is_unique
        };
        begins && is_needless && index.name != other.name
    };
    all.iter().find(covers).copied()
}

/// The reads that name an index.
fn users<'a>(context: &RuleContext<'a>, table: &Table, index: &Index) -> Vec<&'a Read> {
    context
        .project
        .reads
        .iter()
        .filter(|read| read.paths.iter().any(|path| names(path, table, index)))
        .collect()
}

fn names(path: &lunora_project::access::AccessPath, table: &Table, index: &Index) -> bool {
    let used = path.index.as_ref().filter(|used| used.kind == IndexKind::Secondary);
    let name = used.and_then(|used| used.name.as_ref()).map(|(name, _)| name.as_str());
    name == index.name.as_deref() && path.tables.iter().any(|used| used.name == table.name)
}

/// Whether a read depends on rows with equal columns coming in the order of their creation: the wider index orders them otherwise.
fn relies_on_order(read: &Read, table: &Table, index: &Index) -> bool {
    read.paths
        .iter()
        .filter(|path| names(path, table, index))
        .any(|path| path.is_ordered || (path.limit != Limit::None && path.method != "unique"))
}

/// A read by its file and function, which is how one looks for it.
fn place(context: &RuleContext<'_>, read: &Read) -> String {
    let location = context.location(read.place);
    format!("{}:{}", context.relative(location.file), context.line(location))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;
    use crate::testing::findings_of;

    #[test]
    fn twins_and_prefixes_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ a: v.string(), b: v.string(), c: v.string() })
    .index("by_a", ["a"])
//   ^^^ INFO duplicate_index `by_a` on `posts` holds the leading columns of `by_a_b`
    .index("by_a_b", ["a", "b"])
    .index("by_c", ["c"])
    .index("c_twin", ["c"])
//   ^^^ duplicate_index `c_twin` on `posts` holds the same columns as `by_c`
    .index("by_b", ["b"], { unique: true })
    .index("unique_b", ["b"], { unique: true }),
//   ^^^ duplicate_index `unique_b` on `posts` holds the same columns as `by_b`
});
"#,
        );
    }

    #[test]
    fn other_orders_kinds_and_unique_constraints_are_no_duplicates() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { columns } from "some-package";
export default defineSchema({
  posts: defineTable({ a: v.string(), b: v.string() })
    .index("by_a_b", ["a", "b"])
    .index("by_b_a", ["b", "a"])
    .index("one_a", ["a"], { unique: true })
    .index("by_any", columns)
    .searchIndex("search", { field: "a" }),
  // lunora-advisor-disable-next-line duplicate_index -- dropped with the next release
  notes: defineTable({ a: v.string(), b: v.string() }).index("by_a", ["a"]).index("by_a_b", ["a", "b"]),
});
"#,
        );
    }

    const READ: &str = r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ a: v.string(), b: v.string() }).index("by_a", ["a"]).index("by_a_b", ["a", "b"]) });
//- /lunora/posts.ts
export const read = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_a", (q) => q.eq("a", "x")).collect());
"#;

    #[test]
    fn a_read_that_relies_on_the_order_keeps_the_index() {
        for end in [".order(\"desc\").collect()", ".take(5)", ".first()"] {
            check(&RULE, &READ.replace(".collect()", end));
        }
    }

    #[test]
    fn reads_that_name_it_are_listed() {
        let findings = findings_of(&RULE, READ);
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!(finding.remediation, "Name `by_a_b` instead in `lunora/posts.ts:2`, then remove `by_a`.");
        let said: Vec<&str> = finding.related.iter().map(|related| related.message.as_str()).collect();
        assert_eq!(said, ["`a` comes first here", "this read names `by_a`"]);
    }
}
