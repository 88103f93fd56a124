//! Indexes over columns that their table does not have.

use lunora_project::schema::{Index, IndexField, IndexKind, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use serde_json::json;

use super::unknown_index::kind_key;
use crate::context::RuleContext;
use crate::findings::{relate_table, set};
use crate::fixes::use_name;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "index_references_unknown_field",
        title: "Index over an unknown column",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "An index covers a column that its table does not have.",
        docs: include_str!("../../docs/index_references_unknown_field.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema],
    check,
};

fn unknown(context: &RuleContext<'_>, table: &Table, index: &Index, field: &IndexField) -> Finding {
    let place = context.location(field.place.unwrap_or(index.place));
    let index_name = index.name.as_deref().unwrap_or("an index");
    let subject = format!("|{}|{index_name}|{}", table.name, field.name);
    let mut finding = Finding::new(RULE.metadata, place, subject);
    let columns = table.columns.iter().map(|column| column.name.as_str());
    let meant = nearest(&field.name, columns);
    finding.detail = format!(
        "`{index_name}` on `{}` covers `{}`, which is no column of the table, so every row has the same empty entry there.",
        table.name, field.name
    );
    finding.remediation = meant.map_or_else(
        || format!("Declare `{}` on `{}`, or take it out of the index.", field.name, table.name),
        |meant| format!("Write `{meant}`, or declare `{}` on `{}`.", field.name, table.name),
    );
    finding.primary_label = meant.map_or_else(
        || format!("`{}` has no such column", table.name),
        |meant| format!("no such column; did you mean `{meant}`?"),
    );
    relate_table(context, &mut finding, table, format!("`{}` is declared here", table.name));
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "index", json!(index.name));
    set(&mut finding, "indexKind", json!(kind_key(index.kind)));
    set(&mut finding, "field", json!(field.name));
    if let Some(meant) = meant {
        set(&mut finding, "nearest", json!(meant));
        let place = field.place;
        finding.fixes.extend(place.and_then(|place| use_name(context, place, &field.name, meant)));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        let declared = table.indexes.iter().filter(|index| index.kind != IndexKind::UniqueColumn);
        for index in declared {
            for field in &index.fields {
                if table.has_column(&field.name) == Some(false) {
                    findings.push(unknown(context, table, index, field));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn columns_of_every_kind_of_index_are_checked() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ title: v.string(), at: v.geoPoint(), score: v.number() })
    .index("by_author", ["title", "author"])
    //                            ^^^ ERROR index_references_unknown_field `by_author` on `posts` covers `author`
    .searchIndex("search", { field: "body", filterFields: ["title", "lang"] })
    //                              ^^^ index_references_unknown_field
    //                                                              ^^^ index_references_unknown_field
    .rankIndex("top", { sortBy: [{ field: "points" }], partitionBy: ["title"] })
    //                                    ^^^ index_references_unknown_field
    .geoIndex("near", { field: "place" })
    //                         ^^^ index_references_unknown_field
    .aggregateIndex("sum", { op: "sum", field: "score", by: ["group"] }),
    //                                                       ^^^ index_references_unknown_field
});
"#,
        );
    }

    #[test]
    fn hoisted_spread_and_implicit_columns_are_known() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { stamps } from "./lib/fields";
const FIELDS = ["title", "createdAt"] as const;
const OPTIONS = { field: "title", filterFields: ["lang"] };
const tenantTable = (shape) => defineTable({ ...shape, tenantId: v.string() });
export default defineSchema({
  posts: defineTable({ title: v.string(), lang: v.string(), ...stamps() })
    .index("by_title", FIELDS)
    .searchIndex("search", OPTIONS)
    .index("by_created", ["_creationTime"])
    .commitOrdered()
    .index("by_seq", ["_commitSeq"])
    .softDelete()
    .index("by_deleted", ["deletedAt"]),
  notes: (tenantTable({ text: v.string() }) as any).index("by_tenant", ["tenantId", "text"]),
  // lunora-advisor-disable-next-line index_references_unknown_field -- dropped with the next migration
  old: defineTable({ a: v.string() }).index("by_b", ["b"]),
});
//- /lunora/lib/fields.ts
import { v } from "@lunora/server";
export const stamps = () => ({ createdAt: v.number() });
"#,
        );
    }

    #[test]
    fn columns_that_could_not_be_read_may_have_any_name() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { fields, options } from "some-package";
export default defineSchema({
  posts: defineTable({ ...fields(), title: v.string() }).index("by_any", ["any"]),
  notes: defineTable({ title: v.string() }).searchIndex("search", options),
});
"#,
        );
    }
}
