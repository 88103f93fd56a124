//! Sourced tables in the global database.

use lunora_project::schema::{Modifier, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "external_source_on_global",
        title: "External source on a global table",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A table has both `.source(…)` and `.global()`.",
        docs: include_str!("../../docs/external_source_on_global.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

fn on_global(context: &RuleContext<'_>, table: &Table, source: &Modifier, global: &Modifier) -> Finding {
    let location = context.location(source.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}", table.name));
    finding.detail = format!(
        "`{}` is filled from an external source and is `.global()` too: a source fills the tables of shards only, so the schema is refused.",
        table.name
    );
    finding.remediation =
        "Remove `.global()` to keep a copy of the source in the root or, with `.shardBy(…)`, in each shard; or remove `.source(…)` and query the other database from an action."
            .to_owned();
    finding.primary_label = "fills tables of shards only".to_owned();
    finding.related.push(Related {
        location: context.location(global.place),
        message: format!("`{}` is made global here", table.name),
    });
    set(&mut finding, "table", json!(table.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        if let (Some(source), Some(global)) = (table.modifier("source"), table.modifier("global")) {
            findings.push(on_global(context, table, source, global));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn a_source_on_a_global_table_is_reported_in_any_order() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { sourced } from "./lib/sourced";
export default defineSchema({
  a: sourced({ name: v.string() }).global(),
  b: defineTable({ name: v.string() }).global({ backend: "hyperdrive" }).index("by_name", ["name"]).source(SOURCE),
//                                                                                                  ^^^ external_source_on_global
});
//- /lunora/lib/sourced.ts
import { defineTable } from "@lunora/server";
export const sourced = (columns) => defineTable(columns).source({ binding: "CRM", query: "select 1" });
//                                                       ^^^ ERROR external_source_on_global
"#,
        );
    }

    #[test]
    fn either_alone_is_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  a: defineTable({ name: v.string() }).global(),
  b: defineTable({ name: v.string() }).source({ binding: "CRM", query: "select 1" }),
  // lunora-advisor-disable-next-line external_source_on_global -- until the move
  c: defineTable({ name: v.string() }).global().source({ binding: "CRM", query: "select 1" }),
});
"#,
        );
    }
}
