//! Incremental sources that never learn of deleted rows.

use lunora_project::schema::{Modifier, OptionValue, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use super::external_source_unscoped::is_off;
use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "external_source_incremental_no_delete_path",
        title: "Incremental source without deletes",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A table follows an external source incrementally and never learns of rows that are deleted there.",
        docs: include_str!("../../docs/external_source_incremental_no_delete_path.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

/// The options by which a source learns of deleted rows.
const DELETE_PATHS: &[&str] = &["reconcileEveryMs", "softDeleteColumn"];

fn without_deletes(context: &RuleContext<'_>, table: &Table, source: &Modifier) -> Finding {
    let location = context.location(source.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}", table.name));
    finding.detail = format!(
        "`{}` pulls only rows that changed since the last time, and a deleted row does not change: rows that are gone at the source stay here for good.",
        table.name
    );
    finding.remediation = "Name the source's marker as `softDeleteColumn`, or compare everything now and then with `reconcileEveryMs`.".to_owned();
    finding.primary_label = "deleted rows stay".to_owned();
    set(&mut finding, "table", json!(table.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        let mode = table.option("source", "mode");
        let is_incremental = matches!(mode, Some(OptionValue::Text(mode)) if mode == "incremental");
        if let Some(source) = table.modifier("source")
            && is_incremental
            && DELETE_PATHS.iter().all(|option| lacks(table, source, option))
        {
            findings.push(without_deletes(context, table, source));
        }
    }
}

fn lacks(table: &Table, source: &Modifier, option: &str) -> bool {
    table.option("source", option).map_or(source.has_all_options, is_off)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn incremental_sources_without_deletes_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { incremental } from "./lib/incremental";
export default defineSchema({
  a: defineTable({ at: v.number() }).source({ ...incremental, query: "select * from a where at > ?" }),
//                                   ^^^ ERROR external_source_incremental_no_delete_path `a` pulls only rows that changed
  b: defineTable({ at: v.number() }).source({ ...incremental, query: "select * from b where at > ?", reconcileEveryMs: 0, softDeleteColumn: undefined }),
//                                   ^^^ external_source_incremental_no_delete_path
});
//- /lunora/lib/incremental.ts
const MODE = "incremental" as const;
export const incremental = { binding: "ERP", mode: MODE, cursor: "at" };
"#,
        );
    }

    #[test]
    fn full_reconciled_and_unreadable_sources_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { options, every } from "some-package";
export default defineSchema({
  a: defineTable({ at: v.number() }).source({ binding: "ERP", query: "select 1", mode: "full" }),
  b: defineTable({ at: v.number() }).source({ binding: "ERP", query: "select 1" }),
  c: defineTable({ at: v.number() }).source({ mode: "incremental", cursor: "at", softDeleteColumn: "gone" }),
  d: defineTable({ at: v.number() }).source({ mode: "incremental", cursor: "at", reconcileEveryMs: every }),
  e: defineTable({ at: v.number() }).source({ ...options, mode: "incremental" }),
  f: defineTable({ at: v.number() }).source({ mode: options.mode, cursor: "at" }),
  g: defineTable({ at: v.number() }).source(options),
  // lunora-advisor-disable-next-line external_source_incremental_no_delete_path -- rows are never deleted there
  h: defineTable({ at: v.number() }).source({ mode: "incremental", cursor: "at" }),
});
"#,
        );
    }
}
