//! Rows that are told apart one by one although an index could find them.

use lunora_project::Place;
use lunora_project::access::{Condition, Operator};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, columns, operation_finding, relate_index, relate_table, scan, set};
use crate::indexes::{proposal, serving};
use crate::reads::{Cost, FilterCost, FilterForm, Verdict};
use crate::rule::{Fact, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "filter_without_index",
        title: "Filter without an index",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A read looks at every row of a table to find those with certain values in its columns.",
        docs: include_str!("../../docs/filter_without_index.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes],
    check,
};

fn unindexed(
    context: &RuleContext<'_>,
    operation: Operation<'_>,
    verdict: &Verdict,
    filter: &FilterCost,
) -> Finding {
    let tested = tested_columns(&filter.conditions);
    let table_name = verdict.tables.first().map(String::as_str).unwrap_or_default();
    let place: Place = filter.place.unwrap_or(operation.place);
    let subject = format!("{}|{}", verdict.tables.join(","), tested.join(","));
    let mut finding = operation_finding(context, RULE.metadata, operation, place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let cost = scan_cost(context, operation.reached_from, &verdict.tables);
    let act = match filter.form {
        FilterForm::Chain => "filters",
        FilterForm::Rows => "loads and filters",
        FilterForm::Where => "searches",
    };
    set(&mut finding, "columns", json!(tested));
    finding.primary_label = format!("every row of {} is looked at", listed(&verdict.tables));
    let subject = format!("This {act} {} by {}", listed(&verdict.tables), listed(&tested));
    let Some(table) = context.schema().table(table_name).filter(|table| !table.is_opaque) else {
        finding.detail = format!("{subject} row by row; {cost}.");
        finding.remediation = "Read by an index that begins with these columns.".to_owned();
        return finding;
    };
    if let Some(index) = serving(table, &filter.conditions) {
        let name = index.name.clone().unwrap_or_default();
        let held = columns(index);
        finding.detail = if index.name.is_some() {
            format!("{subject} row by row although `{name}` would find the rows; {cost}.")
        } else {
            format!("{subject} row by row although {} is unique and has an index; {cost}.", listed(&held))
        };
        finding.remediation = if index.name.is_some() {
            format!("Read with `{}`{}.", with_index(&name, &held, &filter.conditions), rest(&held, &tested))
        } else {
            format!("Read with `{}`.", facade(table_name, &filter.conditions))
        };
        set(&mut finding, "index", json!({ "name": index.name, "fields": held }));
        relate_index(context, &mut finding, index, format!("this index begins with {}", listed(&held[..1])));
    } else {
        let proposal = proposal(context.schema(), table, &filter.conditions);
        finding.detail = format!("{subject}, and no index begins with {}; {cost}.", either(&tested));
        let read = match filter.form {
            FilterForm::Where => "the `where` then finds its rows by it".to_owned(),
            _ => format!("read with `{}`", with_index(&proposal.name, &proposal.fields, &filter.conditions)),
        };
        finding.remediation =
            format!("Add `{}` to `{table_name}`, and {read}.", proposal.declaration());
        set(&mut finding, "suggestedIndex", json!({ "name": proposal.name, "fields": proposal.fields }));
        relate_table(context, &mut finding, table, format!("no index of `{table_name}` begins with {}", either(&tested)));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    for (read, verdict) in context.costly_reads() {
        if let Cost::FilterWithoutIndex(filter) = &verdict.cost {
            findings.push(unindexed(context, read.into(), verdict, filter));
        }
    }
    for (write, verdict) in context.costly_writes() {
        if let Cost::FilterWithoutIndex(filter) = &verdict.cost {
            findings.push(unindexed(context, write.into(), verdict, filter));
        }
    }
}

/// The columns of the conditions, each once.
fn tested_columns(conditions: &[Condition]) -> Vec<String> {
    let mut tested: Vec<String> = Vec::new();
    for condition in conditions {
        if !tested.contains(&condition.column) {
            tested.push(condition.column.clone());
        }
    }
    tested
}

fn either(tested: &[String]) -> String {
    listed(tested).replace(" and ", " or ")
}

/// What becomes of tested columns that an index does not hold.
fn rest(held: &[String], tested: &[String]) -> String {
    let rest: Vec<&String> = tested.iter().filter(|column| !held.contains(column)).collect();
    if rest.is_empty() { String::new() } else { format!(", and keep the filter on {}", listed(&rest)) }
}

/// The link that reads by an index.
fn with_index(name: &str, held: &[String], conditions: &[Condition]) -> String {
    let mut range = String::from("q");
    for column in held {
        let mut is_pinned = false;
        let of_column: Vec<&Condition> =
            conditions.iter().filter(|condition| condition.column == *column).collect();
        for condition in &of_column {
            is_pinned |= matches!(condition.operator, Operator::Equal | Operator::In);
            range.push_str(&format!(".{}({column:?}, {})", method(condition.operator), value(condition)));
            if is_pinned {
                break;
            }
        }
        if !is_pinned {
            break;
        }
    }
    format!(".withIndex({name:?}, (q) => {range})")
}

/// The facade read by the conditions themselves.
fn facade(table: &str, conditions: &[Condition]) -> String {
    let tests: Vec<String> = conditions
        .iter()
        .filter(|condition| condition.operator == Operator::Equal)
        .map(|condition| format!("{}: {}", condition.column, value(condition)))
        .collect();
    format!("ctx.db.{table}.findFirst({{ where: {{ {} }} }})", tests.join(", "))
}

fn method(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal | Operator::In => "eq",
        Operator::Greater => "gt",
        Operator::GreaterOrEqual => "gte",
        Operator::Less => "lt",
        Operator::LessOrEqual => "lte",
    }
}

/// The operand as code, as far as it can be told.
fn value(condition: &Condition) -> String {
    use lunora_project::access::Origin;
    match (&condition.operand.literal, &condition.operand.origin) {
        (Some(literal), _) => literal.clone(),
        (None, Origin::Argument(path)) if !path.is_empty() => format!("args.{}", path.join(".")),
        (None, Origin::Clock) => "ctx.now".to_owned(),
        _ => "…".to_owned(),
    }
}

