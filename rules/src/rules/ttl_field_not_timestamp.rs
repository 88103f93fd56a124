//! Tables whose rows expire by a column that holds no time.

use lunora_project::schema::{Column, Modifier, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use super::geo_index_field_not_geopoint::kind_other_than;
use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "ttl_field_not_timestamp",
        title: "Expiry by a column without times",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "`.ttl(…)` names a column that can't hold a time in milliseconds.",
        docs: include_str!("../../docs/ttl_field_not_timestamp.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

/// Validators whose values are milliseconds since 1970.
const TIMES: &[&str] = &["date", "number", "timestamp"];

fn not_a_time(
    context: &RuleContext<'_>,
    table: &Table,
    modifier: &Modifier,
    column: &Column,
    kind: &str,
) -> Finding {
    let location = context.location(modifier.place);
    let subject = format!("|{}|{}", table.name, column.name);
    let mut finding = Finding::new(RULE.metadata, location, subject);
    finding.detail = format!(
        "Rows of `{}` expire by `{}`, which is a `v.{kind}`: the sweep compares it with a number of milliseconds, so rows go at the wrong time or never.",
        table.name, column.name
    );
    finding.remediation = format!(
        "Declare `{}` as `v.timestamp()`, or name the column that holds the time of expiry.",
        column.name
    );
    finding.primary_label = format!("`{}` holds no time", column.name);
    finding.related.push(Related {
        location: context.location(column.place),
        message: format!("`{}` is a `v.{kind}`", column.name),
    });
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "field", json!(column.name));
    set(&mut finding, "kind", json!(kind));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        for modifier in table.modifiers.iter().filter(|modifier| modifier.name == "ttl") {
            let field = modifier.field.as_ref();
            let Some(column) = field.and_then(|(name, _)| table.column(name)) else { continue };
            if let Some(kind) = kind_other_than(column, TIMES) {
                findings.push(not_a_time(context, table, modifier, column, kind));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn columns_that_hold_no_time_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { expiry } from "./fields";
const FIELD = "expiresAt";
export default defineSchema({
  a: defineTable({ expiresAt: expiry }).ttl(FIELD),
//                                      ^^^ ERROR ttl_field_not_timestamp Rows of `a` expire by `expiresAt`, which is a `v.string`
  b: defineTable({ endsAt: v.bigint() }).ttl("endsAt", { after: 1000 }),
//                                       ^^^ ttl_field_not_timestamp
  c: defineTable({ endsAt: v.union(v.string(), v.null()) }).ttl("endsAt"),
//                                                          ^^^ ttl_field_not_timestamp
});
//- /lunora/fields.ts
import { v } from "@lunora/server";
export const expiry = v.optional(v.string());
"#,
        );
    }

    #[test]
    fn times_unions_and_unreadable_columns_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { imported } from "some-package";
export default defineSchema({
  a: defineTable({ at: v.timestamp() }).ttl("at"),
  b: defineTable({ at: v.optional(v.date()) }).ttl("at"),
  c: defineTable({ at: v.number().nullable() }).ttl("at", { after: 1000 }),
  d: defineTable({ at: v.union(v.number(), v.null()) }).ttl("at"),
  e: defineTable({ at: imported }).ttl("at"),
  f: defineTable({ at: v.string() }).ttl("_creationTime", { after: 1000 }),
  g: defineTable({ at: v.string() }).softDelete({ field: "goneAt" }).ttl("goneAt"),
  h: defineTable({ at: v.string() }).ttl("missing"),
  i: defineTable({ at: v.string() }).ttl(imported),
  // lunora-advisor-disable-next-line ttl_field_not_timestamp -- migrated next week
  j: defineTable({ at: v.string() }).ttl("at"),
});
"#,
        );
    }
}
