//! Ranges that do not select one run of their index.

use lunora_project::access::Read;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{columns, operation_finding, relate_index, scan, set};
use crate::indexes::quoted;
use crate::reads::{Cost, RangeFault, Verdict};
use crate::rule::{Fact, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "index_range_not_prefix",
        title: "Range is no prefix of its index",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "The range of an index skips a column or leaves the index, so more rows are read than it says.",
        docs: include_str!("../../docs/index_range_not_prefix.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

/// What is wrong, what to do, and a key for programs.
fn words(index: &str, fault: &RangeFault) -> (String, String, &'static str) {
    match fault {
        RangeFault::Skips { skipped, column } => (
            format!("The range on `{index}` constrains `{column}` and not `{skipped}` before it"),
            format!("Pin `{skipped}` as well, or add an index in which `{column}` comes without it."),
            "skips",
        ),
        RangeFault::Order { expected } => (
            format!("The range on `{index}` names its columns out of order"),
            format!("Write the calls in the order of the index: {}.", listed(expected)),
            "order",
        ),
        RangeFault::Outside { column } => (
            format!("The range on `{index}` constrains `{column}`, which the index does not hold"),
            format!("Use an index that holds `{column}`, or filter by it after the range."),
            "outside",
        ),
        RangeFault::AfterRange { bounded, column } => (
            format!("The range on `{index}` constrains `{column}` after it only bounded `{bounded}`"),
            format!("Use an index that holds `{column}` before `{bounded}`."),
            "afterRange",
        ),
        RangeFault::Twice { column } => (
            format!("The range on `{index}` constrains `{column}` twice on the same side"),
            format!("Keep the bound on `{column}` that is meant."),
            "twice",
        ),
    }
}

fn not_prefix(
    context: &RuleContext<'_>,
    read: &Read,
    verdict: &Verdict,
    index: &str,
    fault: &RangeFault,
) -> Finding {
    let subject = format!("{}|{index}", verdict.tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), read.place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let cost = scan_cost(context, &read.reached_from, &verdict.tables);
    let (wrong, remedy, key) = words(index, fault);
    finding.detail = format!("{wrong}; Lunora accepts that and does not narrow the read to it: {cost}.");
    finding.remediation = remedy;
    finding.primary_label = format!("not one run of `{index}`");
    set(&mut finding, "index", json!(index));
    set(&mut finding, "fault", json!(key));
    let declared = verdict
        .tables
        .first()
        .and_then(|table| context.schema().table(table))
        .and_then(|table| table.index(index));
    if let Some(declared) = declared {
        let held = columns(declared);
        set(&mut finding, "fields", json!(held));
        relate_index(context, &mut finding, declared, format!("`{index}` holds [{}]", quoted(&held)));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    for (read, verdict) in context.costly_reads() {
        if let Cost::IndexRangeNotPrefix { index, fault } = &verdict.cost {
            findings.push(not_prefix(context, read, verdict, index, fault));
        }
    }
}
