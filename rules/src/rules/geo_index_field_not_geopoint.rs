//! Geo indexes over columns that hold no places.

use lunora_project::schema::{Column, Index, IndexKind, IndexRole, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "geo_index_field_not_geopoint",
        title: "Geo index over a column without places",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A geo index is over a column that is no `v.geoPoint()`.",
        docs: include_str!("../../docs/geo_index_field_not_geopoint.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

fn not_a_point(
    context: &RuleContext<'_>,
    table: &Table,
    index: &Index,
    column: &Column,
    kind: &str,
) -> Finding {
    let name = index.name.as_deref().unwrap_or("the geo index");
    let location = context.location(index.place);
    let subject = format!("|{}|{name}|{}", table.name, column.name);
    let mut finding = Finding::new(RULE.metadata, location, subject);
    finding.detail = format!(
        "`{name}` on `{}` is over `{}`, which is a `v.{kind}`: it has no latitude and longitude to index, so the index finds nothing.",
        table.name, column.name
    );
    finding.remediation =
        format!("Declare `{}` as `v.geoPoint()`, or index the column that holds the place.", column.name);
    finding.primary_label = format!("`{}` is no `v.geoPoint()`", column.name);
    finding.related.push(Related {
        location: context.location(column.place),
        message: format!("`{}` is a `v.{kind}`", column.name),
    });
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "index", json!(index.name));
    set(&mut finding, "field", json!(column.name));
    set(&mut finding, "kind", json!(kind));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        for index in table.indexes.iter().filter(|index| index.kind == IndexKind::Geo) {
            let key = index.fields.iter().find(|field| field.role == IndexRole::Key);
            let Some(column) = key.and_then(|field| table.column(&field.name)) else { continue };
            if let Some(kind) = kind_other_than(column, &["geoPoint"]) {
                findings.push(not_a_point(context, table, index, column, kind));
            }
        }
    }
}

/// The validator of a column that surely holds no value of the wanted kinds: of a union, the first one. What can't be told may be right.
pub(super) fn kind_other_than<'a>(column: &'a Column, wanted: &[&str]) -> Option<&'a str> {
    let is_other = |kind: &&str| !wanted.contains(kind) && !matches!(*kind, "any" | "from");
    match column.kind.as_deref()? {
        "union" => {
            let kinds = column.alternatives.iter().map(String::as_str).filter(|kind| *kind != "null");
            kinds.clone().all(|kind| is_other(&kind)).then(|| kinds.clone().next()).flatten()
        }
        kind => Some(kind).filter(is_other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn columns_of_other_kinds_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { place } from "./fields";
const OPTIONS = { field: "place" } as const;
export default defineSchema({
  shops: defineTable({ place, spot: v.optional(v.object({ lat: v.number(), lng: v.number() })), text: v.union(v.string(), v.null()) })
    .geoIndex("by_place", OPTIONS)
//   ^^^ ERROR geo_index_field_not_geopoint `by_place` on `shops` is over `place`, which is a `v.string`
    .geoIndex("by_spot", { field: "spot" })
//   ^^^ geo_index_field_not_geopoint `by_spot` on `shops` is over `spot`, which is a `v.object`
    .geoIndex("by_text", { field: "text" }),
//   ^^^ geo_index_field_not_geopoint `by_text` on `shops` is over `text`, which is a `v.string`
});
//- /lunora/fields.ts
import { v } from "@lunora/server";
export const place = v.string();
"#,
        );
    }

    #[test]
    fn places_unions_and_unreadable_columns_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { imported } from "some-package";
export default defineSchema({
  shops: defineTable({
    a: v.geoPoint(),
    b: v.optional(v.geoPoint()),
    c: v.geoPoint().nullable(),
    d: v.union(v.geoPoint(), v.null()),
    e: v.any(),
    f: imported,
    g: v.string(),
  })
    .geoIndex("a", { field: "a" })
    .geoIndex("b", { field: "b" })
    .geoIndex("c", { field: "c" })
    .geoIndex("d", { field: "d" })
    .geoIndex("e", { field: "e" })
    .geoIndex("f", { field: "f" })
    .geoIndex("missing", { field: "missing" })
    .geoIndex("computed", imported)
    // lunora-advisor-disable-next-line geo_index_field_not_geopoint -- migrated next week
    .geoIndex("g", { field: "g" })
    .index("by_g", ["g"]),
});
"#,
        );
    }
}
