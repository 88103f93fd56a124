//! Indexes without anything to look rows up by.

use lunora_project::schema::{Index, IndexKind, IndexRole, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::fixes::remove_index;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "empty_index",
        title: "Empty index",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "An index has no column to find rows by.",
        docs: include_str!("../../docs/empty_index.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Files, Fact::Schema, Fact::Reads],
    check,
};

fn empty(context: &RuleContext<'_>, table: &Table, index: &Index) -> Finding {
    let name = index.name.as_deref().unwrap_or("this index");
    let subject = format!("|{}|{name}", table.name);
    let mut finding = Finding::new(RULE.metadata, context.location(index.place), subject);
    let (lacks, remedy) = match index.kind {
        IndexKind::Search => ("no `field` to search in", "Name the text column as `field`"),
        IndexKind::Rank => {
            ("no column in `sortBy`, so all rows rank the same", "Name the columns to rank by in `sortBy`")
        }
        _ => ("no columns", "List the columns that reads look rows up by"),
    };
    finding.detail = format!(
        "`{name}` on `{}` has {lacks}: it finds nothing, and each write keeps it up to date all the same.",
        table.name
    );
    finding.remediation = format!("{remedy}, or remove the index.");
    finding.primary_label = "finds nothing".to_owned();
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "index", json!(index.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        for index in &table.indexes {
            let is_keyed = matches!(index.kind, IndexKind::Secondary | IndexKind::Search | IndexKind::Rank);
            let has_key = index.fields.iter().any(|field| field.role == IndexRole::Key);
            if is_keyed && index.has_all_fields && !has_key {
                let mut finding = empty(context, table, index);
                finding.fixes.extend(remove_index(context, table, index, None));
                findings.push(finding);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn an_index_without_a_key_is_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
const NONE = [];
export default defineSchema({
  posts: defineTable({ title: v.string(), score: v.number() })
    .index("nothing", [])
//   ^^^ WARN empty_index `nothing` on `posts` has no columns
    .index("held", NONE)
//   ^^^ empty_index
    .searchIndex("search", { filterFields: ["title"] })
//   ^^^ empty_index `search` on `posts` has no `field`
    .rankIndex("rank", { sortBy: [], partitionBy: ["title"] }),
//   ^^^ empty_index `rank` on `posts` has no column in `sortBy`
});
"#,
        );
    }

    #[test]
    fn hoisted_columns_count_and_unreadable_ones_are_not_none() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { COLUMNS } from "./lib/columns";
import { others } from "some-package";
export default defineSchema({
  posts: defineTable({ title: v.string(), score: v.number() })
    .index("by_title", COLUMNS)
    .index("by_others", others)
    .searchIndex("search", { field: "title" })
    .rankIndex("rank", { sortBy: [{ field: "score" }] })
    .aggregateIndex("count", {})
    // lunora-advisor-disable-next-line empty_index -- columns follow
    .index("later", []),
});
//- /lunora/lib/columns.ts
export const COLUMNS = ["title"];
"#,
        );
    }

    #[test]
    fn an_empty_index_is_not_also_a_duplicate() {
        check(
            &super::super::duplicate_index::RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ title: v.string() }).index("nothing", []).index("by_title", ["title"]) });
"#,
        );
    }
}
