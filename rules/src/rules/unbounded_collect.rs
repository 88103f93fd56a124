//! Reads of whole tables.

use lunora_project::access::{Limit, Read, Surface};
use lunora_project::schema::Table;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};

use crate::context::RuleContext;
use crate::findings::{operation_finding, relate_table, scan};
use crate::reads::{Cost, Verdict};
use crate::rule::{Fact, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unbounded_collect",
        title: "Unbounded read",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A read returns a whole table, however many rows it has.",
        docs: include_str!("../../docs/unbounded_collect.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn unbounded(context: &RuleContext<'_>, read: &Read, verdict: &Verdict) -> Finding {
    let subject = verdict.tables.join(",");
    let mut finding = operation_finding(context, RULE.metadata, read.into(), read.place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let cost = scan_cost(context, &read.reached_from, &verdict.tables);
    let of_tables = |path: &&lunora_project::access::AccessPath| {
        path.tables.iter().map(|table| &table.name).eq(&verdict.tables)
    };
    let path = read.paths.iter().find(of_tables);
    let tables = listed(&verdict.tables);
    let is_limited = path.is_some_and(|path| path.limit == Limit::Unbounded);
    let is_filtered = path.is_some_and(|path| {
        !path.filters.is_empty() || path.selection.has_residual
    });
    let what = if is_limited {
        format!("This reads as many rows of {tables} as the caller asks for")
    } else if is_filtered {
        format!("This reads all of {tables}, as no index can serve its filter")
    } else {
        format!("This reads all of {tables}")
    };
    finding.detail = format!("{what}; {cost}.");
    finding.remediation = match path.map(|path| path.surface) {
        _ if is_limited => {
            "Give the argument a maximum (`v.number().max(100)`), or clamp it before the read.".to_owned()
        }
        _ if is_filtered => {
            "Narrow the read by an index first, or store what the filter tests in a column of its own.".to_owned()
        }
        Some(Surface::Fluent) | None => {
            "Narrow it by an index, or end it in `.take(n)` or `.paginate(…)`.".to_owned()
        }
        Some(_) => "Narrow it by a `where` that an index serves, or give it a `limit` and a `cursor`.".to_owned(),
    };
    finding.primary_label = "returns every row".to_owned();
    if let [only] = verdict.tables.as_slice()
        && let Some(table) = context.schema().table(only)
    {
        let message = declared(table);
        relate_table(context, &mut finding, table, message);
    }
    finding
}

fn declared(table: &Table) -> String {
    format!("`{}` is declared here", table.name)
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    for (read, verdict) in context.costly_reads() {
        if matches!(verdict.cost, Cost::UnboundedCollect) {
            findings.push(unbounded(context, read, verdict));
        }
    }
}
