//! Indexes over columns that their table does not have.

use lunora_project::schema::{Index, IndexField, IndexKind, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use serde_json::json;

use super::unknown_index::kind_key;
use crate::context::RuleContext;
use crate::findings::{relate_table, set};
use crate::rule::{Fact, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "index_references_unknown_field",
        title: "Index over an unknown column",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "An index covers a column that its table does not have.",
        docs: include_str!("../../docs/index_references_unknown_field.md"),
        fix: FixAvailability::None,
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
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
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
