//! Claims about indexes that are missing or needless.

use std::collections::BTreeSet;

use lunora_engine::Statement;
use lunora_report::{Dataset, Evidence, EvidenceLevel, EvidenceStatus, Finding};
use serde_json::Value;

use crate::bench::{Bench, sizes};
use crate::lab::Lab;
use crate::subject::Subject;
use crate::words::{counted, grouped, listed};

/// Lookups that are counted.
const LOOKUPS: u64 = 5;
/// Rows of each table, where only use counts.
const ROWS: usize = 100;
/// Calls of each function, where only use counts.
const CALLS: u64 = 6;

/// Checks that finding rows by some columns looks at the whole table.
pub(crate) fn lookup(
    bench: &mut Bench<'_>,
    finding: &Finding,
    subject: &Subject,
) -> Result<Evidence, String> {
    let table = subject.tables.first().ok_or("it names no table")?;
    let suggested = finding.metadata.get("suggestedIndex").and_then(|index| index.get("fields"));
    let column = finding.metadata.get("fkColumn").and_then(Value::as_str).ok_or("it names no column")?;
    let columns = vec![column.to_owned()];
    // On a sharded table the index begins with the shard key, which is the same for all rows of a shard.
    let indexed = suggested.map(names).filter(|columns| !columns.is_empty());
    let indexed = indexed.unwrap_or_else(|| columns.clone());
    let full = bench.full(&subject.tables);
    let lab = bench.before()?;
    lab.fill(&full)?;
    let rows = lab.rows_of(table);
    let found = lookups(lab, table, &columns)?;
    let before = worst(&found).ok_or("nothing was looked up")?;
    let mut evidence = of(bench, &before, rows);
    let numbers = format!(
        "{} of {} in `{table}` visited to find {} by {}",
        grouped(before.rows_visited),
        grouped(rows as u64),
        counted(before.rows_returned, "row"),
        listed(&columns)
    );
    if !before.is_scan && before.rows_visited * 2 < rows as u64 {
        let index = before.index.unwrap_or_default();
        evidence.status = EvidenceStatus::Refuted;
        evidence.summary = format!("refuted: {numbers}, with `{index}`");
        return Ok(evidence);
    }
    evidence.summary = format!("proved: {numbers}");
    match bench.after(finding, subject) {
        None => {}
        Some(Err(reason)) => evidence.objection = Some(reason),
        Some(Ok(mut after)) => {
            after.lab().fill(&full)?;
            let found_after = lookups(after.lab(), table, &indexed)?;
            let with_fix = worst(&found_after).ok_or("nothing was looked up")?;
            evidence.rows_visited_after = Some(with_fix.rows_visited);
            evidence.plan_after.clone_from(&with_fix.plan);
            evidence.results_equal = (indexed == columns).then(|| find_the_same(&found, &found_after));
            if with_fix.rows_visited < before.rows_visited {
                evidence.summary = format!(
                    "proved: {} visited → {} with {} to find rows by {}",
                    counted(before.rows_visited, "row"),
                    grouped(with_fix.rows_visited),
                    with_fix.index.map_or_else(|| "no index".to_owned(), |index| format!("`{index}`")),
                    listed(&indexed)
                );
            } else {
                evidence.objection = Some("no improvement by the fix".to_owned());
                evidence.summary.push_str("; no improvement by the fix");
            }
        }
    }
    Ok(evidence)
}

/// Checks that rows are found as well without an index.
pub(crate) fn duplicate(
    bench: &mut Bench<'_>,
    finding: &Finding,
    subject: &Subject,
) -> Result<Evidence, String> {
    let table = subject.tables.first().ok_or("it names no table")?;
    let columns = finding.metadata.get("fields").map(names).unwrap_or_default();
    let index = finding.metadata.get("index").and_then(Value::as_str).unwrap_or_default();
    let other = finding.metadata.get("coveredBy").and_then(|covering| covering.get("name"));
    let other = other.and_then(Value::as_str).unwrap_or_default();
    let full = bench.full(&subject.tables);
    let lab = bench.before()?;
    lab.fill(&full)?;
    let rows = lab.rows_of(table);
    let found = lookups(lab, table, &columns)?;
    let before = worst(&found).ok_or("nothing was looked up")?;
    let declared = lab.schema().tables.iter().find(|one| one.name == *table);
    let fields = |name: &str| {
        let mut indexes = declared.iter().flat_map(|table| &table.indexes);
        indexes.find(|one| one.name == name).map(|one| one.fields.clone())
    };
    let is_covered =
        fields(index).zip(fields(other)).is_some_and(|(own, covering)| covering.starts_with(&own));
    let mut evidence = of(bench, &before, rows);
    if !is_covered {
        evidence.status = EvidenceStatus::Refuted;
        evidence.summary = format!("refuted: `{other}` does not begin with the columns of `{index}`");
        return Ok(evidence);
    }
    evidence.level = EvidenceLevel::Plan;
    evidence.summary =
        format!("proved: `{other}`, as the code built it, begins with the columns of `{index}`");
    match bench.after(finding, subject) {
        None => {}
        Some(Err(reason)) => evidence.objection = Some(reason),
        Some(Ok(mut after)) => {
            after.lab().fill(&full)?;
            let found_after = lookups(after.lab(), table, &columns)?;
            let without = worst(&found_after).ok_or("nothing was looked up")?;
            evidence.level = EvidenceLevel::Synthetic;
            evidence.rows_visited_after = Some(without.rows_visited);
            evidence.plan_after.clone_from(&without.plan);
            evidence.results_equal = Some(find_the_same(&found, &found_after));
            let numbers = format!(
                "{} visited to find rows by {} with `{index}`, {} without it",
                counted(before.rows_visited, "row"),
                listed(&columns),
                grouped(without.rows_visited)
            );
            if without.rows_visited > before.rows_visited {
                evidence.objection = Some(numbers.clone());
                evidence.status = EvidenceStatus::Refuted;
                evidence.summary = format!("refuted: {numbers}");
            } else {
                evidence.summary =
                    format!("proved: {numbers} (by `{other}`); one row less is written per insert");
            }
        }
    }
    Ok(evidence)
}

/// Checks that no run of any function finds rows by an index.
pub(crate) fn unused(
    bench: &mut Bench<'_>,
    finding: &Finding,
    subject: &Subject,
) -> Result<Evidence, String> {
    let table = subject.tables.first().ok_or("it names no table")?.clone();
    let index = finding.metadata.get("index").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut missing: BTreeSet<String> = bench
        .project()
        .reads
        .iter()
        .filter(|read| read.paths.iter().any(|path| path.tables.iter().any(|one| one.name == table)))
        .flat_map(|read| &read.reached_from)
        .map(|reach| bench.project().procedure(reach.procedure).name.clone())
        .collect();
    let lab = bench.before()?;
    lab.fill(&sizes(&[], ROWS))?;
    let keys: Vec<String> = lab.callable().map(str::to_owned).collect();
    let (mut reads, mut uses, mut user) = (0, 0, None);
    for key in &keys {
        for number in 0..CALLS {
            let run = lab.run(&lab.attempt(key, number)?)?;
            let statements = run.operations.iter().flat_map(|operation| &operation.statements);
            let of_table: Vec<&Statement> = statements
                .filter(|statement| statement.table == table && !statement.plan.is_empty())
                .collect();
            reads += of_table.len();
            if !of_table.is_empty() {
                missing.remove(key);
            }
            if of_table.iter().any(|statement| statement.index.as_ref() == Some(&index)) {
                uses += 1;
                user = Some(key.clone());
            }
        }
    }
    let calls = keys.len() as u64 * CALLS;
    let mut evidence = blank(bench, ROWS);
    evidence.runs = usize::try_from(calls).unwrap_or(usize::MAX);
    if let Some(user) = user {
        evidence.status = EvidenceStatus::Refuted;
        evidence.summary = format!("refuted: `{user}` finds rows by `{index}` ({})", counted(uses, "run"));
        return Ok(evidence);
    }
    let seen = if reads == 0 {
        format!("no run reads `{table}`")
    } else {
        format!("none of {} of `{table}` uses `{index}`", counted(reads as u64, "read"))
    };
    let rest = if missing.is_empty() {
        String::new()
    } else {
        let names: Vec<&String> = missing.iter().collect();
        format!("; {} did not come to read it", listed(&names))
    };
    evidence.summary = format!(
        "proved: in {} of {}, {seen}{rest}; each insert writes one row more for it",
        counted(calls, "call"),
        counted(keys.len() as u64, "function")
    );
    Ok(evidence)
}

/// Lookups of rows by columns, each time by the values of another row.
fn lookups(lab: &mut Lab, table: &str, columns: &[String]) -> Result<Vec<Statement>, String> {
    let mut found = Vec::new();
    for number in 0..LOOKUPS {
        found.extend(lab.find_equal(table, columns, number)?);
    }
    if found.is_empty() {
        return Err(format!("no row of `{table}` was generated that has {}", listed(columns)));
    }
    Ok(found)
}

/// The lookup that visits most rows.
fn worst(lookups: &[Statement]) -> Option<Statement> {
    let worst = lookups.iter().rev().max_by_key(|one| (one.rows_visited, one.rows_returned));
    worst.cloned()
}

/// Whether the same lookups find as many rows.
fn find_the_same(before: &[Statement], after: &[Statement]) -> bool {
    let counts = |lookups: &[Statement]| lookups.iter().map(|one| one.rows_returned).collect::<Vec<_>>();
    counts(before) == counts(after)
}

fn of(bench: &Bench<'_>, before: &Statement, rows: usize) -> Evidence {
    Evidence {
        rows_visited_before: Some(before.rows_visited),
        rows_returned: Some(before.rows_returned),
        plan_before: before.plan.clone(),
        runs: usize::try_from(LOOKUPS).unwrap_or_default(),
        ..blank(bench, rows)
    }
}

fn blank(bench: &Bench<'_>, rows: usize) -> Evidence {
    Evidence::proved(Dataset { rows, ..bench.dataset() })
}

fn names(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
