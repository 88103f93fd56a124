//! Rows that are searched for by their own id.

use lunora_project::Place;
use lunora_project::access::Read;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};

use crate::context::RuleContext;
use crate::findings::{operation_finding, scan};
use crate::reads::{Cost, Verdict};
use crate::rule::{Fact, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "filter_on_primary_key",
        title: "Filter on the primary key",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A read looks at row after row for the one with a certain `_id`.",
        docs: include_str!("../../docs/filter_on_primary_key.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn by_id(context: &RuleContext<'_>, read: &Read, verdict: &Verdict, filter: Place) -> Finding {
    let table = verdict.tables.first().map(String::as_str).unwrap_or_default();
    let subject = format!("{}|_id", verdict.tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), filter, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    // Nobody has to live with this one, however small the shard.
    finding.level = RULE.metadata.level;
    let cost = scan_cost(context, &read.reached_from, &verdict.tables);
    finding.detail = format!(
        "This looks for one row of {} by comparing `_id`, which a lookup by id finds at once; {cost}.",
        listed(&verdict.tables)
    );
    finding.remediation = format!("Read it with `ctx.db.{table}.get(id)`.");
    finding.primary_label = "compares `_id` row by row".to_owned();
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    for (read, verdict) in context.costly_reads() {
        if let Cost::FilterOnPrimaryKey { filter } = verdict.cost {
            findings.push(by_id(context, read, verdict, filter));
        }
    }
}
