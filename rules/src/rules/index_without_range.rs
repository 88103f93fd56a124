//! Indexes that are walked from end to end.

use lunora_project::access::Read;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{columns, operation_finding, relate_index, scan, set};
use crate::reads::{Cost, Verdict};
use crate::rule::{Fact, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "index_without_range",
        title: "Index without a range",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A read names an index and constrains nothing, so it returns the whole table in the order of the index.",
        docs: include_str!("../../docs/index_without_range.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn without_range(context: &RuleContext<'_>, read: &Read, verdict: &Verdict, index: &str) -> Finding {
    let subject = format!("{}|{index}", verdict.tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), read.place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let cost = scan_cost(context, &read.reached_from, &verdict.tables);
    finding.detail = format!(
        "This names `{index}` and constrains nothing, so it returns all of {}; {cost}.",
        listed(&verdict.tables)
    );
    finding.primary_label = format!("walks `{index}` from end to end");
    set(&mut finding, "index", json!(index));
    let declared = verdict
        .tables
        .first()
        .and_then(|table| context.schema().table(table))
        .and_then(|table| table.index(index));
    let bounded = "end it in `.take(n)` or `.paginate(…)`";
    finding.remediation = match declared.and_then(|declared| declared.fields.first()) {
        Some(field) => format!(
            "Pin a column, `.withIndex({index:?}, (q) => q.eq({:?}, …))`, or {bounded}.",
            field.name
        ),
        None => format!("Give it a range, or {bounded}."),
    };
    if let Some(declared) = declared {
        let held = columns(declared);
        relate_index(context, &mut finding, declared, format!("`{index}` holds {}", listed(&held)));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    for (read, verdict) in context.costly_reads() {
        if let Cost::IndexWithoutRange { index } = &verdict.cost {
            findings.push(without_range(context, read, verdict, index));
        }
    }
}
