//! Global tables with almost as many columns as D1 allows.

use lunora_project::schema::{OptionValue, Table, Tier};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "global_table_near_column_limit",
        title: "Global table near the column limit",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A `.global()` table has almost as many columns as D1 allows, or more.",
        docs: include_str!("../../docs/global_table_near_column_limit.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

/// Columns that D1 allows in one table.
const LIMIT: usize = 100;
/// From here on a table should grow no more.
const NEAR: usize = 90;
/// `_id` and `_creationTime`.
const SYSTEM_COLUMNS: usize = 2;

fn near_limit(context: &RuleContext<'_>, table: &Table, columns: usize) -> Finding {
    let location = context.location(table.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}", table.name));
    let counted = format!("`{}` has {columns} columns with `_id` and `_creationTime`", table.name);
    if columns > LIMIT {
        finding.level = Level::Error;
        finding.detail = format!("{counted}, and D1 allows {LIMIT}: the table can't be created.");
    } else {
        let left = match LIMIT - columns {
            0 => "none is left".to_owned(),
            1 => "one is left".to_owned(),
            left => format!("{left} are left"),
        };
        finding.detail =
            format!("{counted}, and D1 allows {LIMIT}: {left}, and the migration that needs one more fails.");
    }
    finding.remediation =
        "Move columns that belong together into one `v.object(…)` column, or into a table of their own."
            .to_owned();
    finding.primary_label = format!("{columns} of {LIMIT} columns");
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "columns", json!(columns));
    set(&mut finding, "limit", json!(LIMIT));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        let columns = table.columns.len() + SYSTEM_COLUMNS;
        if is_in_d1(table) && columns >= NEAR {
            findings.push(near_limit(context, table, columns));
        }
    }
}

/// Whether a table surely lives in D1; other databases allow far more columns.
fn is_in_d1(table: &Table) -> bool {
    let is_d1 = match table.option("global", "backend") {
        Some(OptionValue::Text(backend)) => backend == "d1",
        Some(OptionValue::Absent) => true,
        Some(_) => false,
        None => table.modifier("global").is_some_and(|modifier| modifier.has_all_options),
    };
    table.tier == Tier::Global && is_d1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    /// A schema with one table of so many columns, half of them spread in from another file.
    fn schema(columns: usize, modifiers: &str, marker: &str) -> String {
        let declared = |range: std::ops::Range<usize>| -> String {
            range.map(|number| format!("c{number}: v.number(), ")).collect()
        };
        let half = columns / 2;
        format!(
            "//- /lunora/schema.ts\nimport {{ defineSchema, defineTable, v }} from \"@lunora/server\";\n\
             import {{ half }} from \"./half\";\nexport default defineSchema({{\n  \
             wide: defineTable({{ {}...half }}){modifiers},\n{marker}}});\n\
             //- /lunora/half.ts\nimport {{ v }} from \"@lunora/server\";\nexport const half = {{ {} }};\n",
            declared(0..half),
            declared(half..columns),
        )
    }

    #[test]
    fn wide_tables_in_d1_are_reported_and_those_beyond_the_limit_are_errors() {
        let marker = |words: &str| format!("//^^^ {words}\n");
        let near = marker("WARN global_table_near_column_limit `wide` has 90 columns");
        check(&RULE, &schema(88, ".global()", &near));
        check(&RULE, &schema(88, ".global({ backend: \"d1\" })", &near));
        check(&RULE, &schema(87, ".global().softDelete()", &near));
        let full = marker(
            "WARN global_table_near_column_limit `wide` has 100 columns with `_id` and `_creationTime`, and D1 allows 100: none",
        );
        check(&RULE, &schema(98, ".global()", &full));
        let over = marker("ERROR global_table_near_column_limit `wide` has 101 columns");
        check(&RULE, &schema(99, ".global()", &over));
    }

    #[test]
    fn narrow_tables_and_other_databases_are_silent() {
        check(&RULE, &schema(87, ".global()", ""));
        check(&RULE, &schema(120, "", ""));
        check(&RULE, &schema(120, ".shardBy(\"c1\")", ""));
        check(&RULE, &schema(120, ".global({ backend: \"hyperdrive\" })", ""));
        check(&RULE, &schema(120, ".global({ backend: process.env.BACKEND })", ""));
        check(&RULE, &schema(120, ".global(process.env)", ""));
    }
}
