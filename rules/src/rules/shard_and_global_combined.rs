//! Tables that are declared both sharded and global.

use lunora_project::schema::{Modifier, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "shard_and_global_combined",
        title: "Sharded and global at once",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A table has both `.shardBy(…)` and `.global()`, although its rows can live in one place only.",
        docs: include_str!("../../docs/shard_and_global_combined.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

/// The calls that say where the rows of a table live.
const PLACEMENTS: &[&str] = &["shardBy", "global"];

fn combined(context: &RuleContext<'_>, table: &Table, first: &Modifier, second: &Modifier) -> Finding {
    let location = context.location(second.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}", table.name));
    finding.detail = format!(
        "`{}` has `.{}` after `.{}`: the generated code follows the first and the running shard the last, so rows are written to one database and looked for in the other.",
        table.name,
        call(second),
        call(first)
    );
    finding.remediation =
        "Keep `.shardBy(…)` if each row belongs to one tenant, `.global()` if all tenants share the rows."
            .to_owned();
    finding.primary_label = format!("contradicts `.{}`", call(first));
    finding.related.push(Related {
        location: context.location(first.place),
        message: format!("`{}` is placed here already", table.name),
    });
    set(&mut finding, "table", json!(table.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in context.schema().tables.iter().filter(|table| !table.is_opaque) {
        let mut placed = table.modifiers.iter().filter(|known| PLACEMENTS.contains(&known.name.as_str()));
        if let Some(first) = placed.next()
            && let Some(second) = placed.find(|second| second.name != first.name)
        {
            findings.push(combined(context, table, first, second));
        }
    }
}

fn call(modifier: &Modifier) -> String {
    match &modifier.field {
        Some((column, _)) => format!("{}({column:?})", modifier.name),
        None => format!("{}()", modifier.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn the_second_of_both_calls_is_reported() {
        check(
            &RULE,
            r#"
//- /lunora/parts.ts
import { defineTable, v } from "@lunora/server";
export const tenant = (columns) => defineTable({ ...columns, orgId: v.string() }).shardBy("orgId");
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { tenant } from "./parts";
export default defineSchema({
  rates: defineTable({ orgId: v.string() }).shardBy("orgId").index("by_org", ["orgId"]).global(),
  //                                                                                    ^^^ ERROR shard_and_global_combined `rates` has `.global()` after `.shardBy("orgId")`
  plans: defineTable({ orgId: v.string() })
    .global({ backend: "d1" })
    .shardBy("orgId"),
//   ^^^ shard_and_global_combined
  wrapped: tenant({ name: v.string() }).global(),
  //                                    ^^^ shard_and_global_combined
  // lunora-advisor-disable-next-line shard_and_global_combined -- moves to global this week
  moving: defineTable({ orgId: v.string() }).shardBy("orgId").global(),
});
"#,
        );
    }

    #[test]
    fn one_place_is_fine_even_if_named_twice() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { extra } from "some-package";
export default defineSchema({
  rates: defineTable({ code: v.string() }).global().index("by_code", ["code"]),
  notes: defineTable({ userId: v.string() }).shardBy("userId").ownedBy("userId"),
  twice: defineTable({ userId: v.string() }).shardBy("userId").shardBy("userId"),
  unknown: extra({ userId: v.string() }).global(),
});
"#,
        );
    }
}
