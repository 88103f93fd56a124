//! Tables that no code puts rows into.

use lunora_project::schema::Table;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "table_without_insert",
        title: "Table without an insert",
        level: Level::Info,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "Code uses a table that no code of the project inserts into.",
        docs: include_str!("../../docs/table_without_insert.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Files, Fact::Schema, Fact::Reads, Fact::Writes, Fact::Procedures, Fact::Ids],
    check,
};

fn without_insert(context: &RuleContext<'_>, table: &Table) -> Finding {
    let location = context.location(table.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}", table.name));
    finding.detail =
        format!("Nothing in the project inserts into `{}`, so whatever reads it finds no rows.", table.name);
    finding.remediation = format!(
        "Insert into `{0}` somewhere, mark it `.externallyManaged()` if another system fills it, or remove it.",
        table.name
    );
    finding.primary_label = "never inserted into".to_owned();
    set(&mut finding, "table", json!(table.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    for table in &context.schema().tables {
        let is_ours = table.extension.is_none() && !table.is_externally_managed();
        if is_ours
            && context.usage.is_never_inserted(table)
            // Of a table that nothing uses at all, this is the least.
            && context.usage.is_mentioned(table)
        {
            findings.push(without_insert(context, table));
        }
    }
}
