//! Claims about indexes that are missing or needless.

use std::collections::BTreeSet;

use lunora_engine::Statement;
use lunora_report::{Dataset, Evidence, EvidenceStatus, Finding};
use serde_json::Value;

use crate::bench::{Bench, sizes};
use crate::lab::{Lab, Run};
use crate::reads::written_more;
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
    let (full, blank) = (bench.full(&subject.tables), blank(bench, 0));
    let lab = bench.before()?;
    lab.fill(&full)?;
    let rows = lab.rows_of(table);
    let found = lookups(lab, table, &columns, None)?;
    let before = worst(&found).ok_or("nothing was looked up")?;
    let mut evidence = of(blank, &before, rows);
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
            let found_after = lookups(after.lab(), table, &indexed, None)?;
            let with_fix = worst(&found_after).ok_or("nothing was looked up")?;
            evidence.rows_visited_after = Some(with_fix.rows_visited);
            evidence.plan_after.clone_from(&with_fix.plan);
            evidence.results_equal = (indexed == columns).then(|| find_the_same(&found, &found_after));
            if with_fix.rows_visited < before.rows_visited {
                let cost = written_more(bench, &mut after, &subject.tables)?;
                evidence.summary = format!(
                    "proved: {} visited → {} with {} to find rows by {}{cost}",
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
    let (full, tenth, blank) = (bench.full(&subject.tables), bench.tenth(&subject.tables), blank(bench, 0));
    let lab = bench.before()?;
    lab.fill(&full)?;
    let rows = lab.rows_of(table);
    let found = lookups(lab, table, &columns, None)?;
    let before = worst(&found).ok_or("nothing was looked up")?;
    let declared = lab.schema().tables.iter().find(|one| one.name == *table);
    let fields = |name: &str| {
        let mut indexes = declared.iter().flat_map(|table| &table.indexes);
        indexes.find(|one| one.name == name).map(|one| one.fields.clone())
    };
    let is_covered =
        fields(index).zip(fields(other)).is_some_and(|(own, covering)| covering.starts_with(&own));
    let mut evidence = of(blank, &before, rows);
    if !is_covered {
        evidence.status = EvidenceStatus::Refuted;
        evidence.summary = format!("refuted: `{other}` does not begin with the columns of `{index}`");
        return Ok(evidence);
    }
    let found_without = lookups(lab, table, &columns, Some(index))?;
    let without = worst(&found_without).ok_or("nothing was looked up")?;
    evidence.rows_visited_after = Some(without.rows_visited);
    evidence.plan_after.clone_from(&without.plan);
    evidence.results_equal = Some(find_the_same(&found, &found_without));
    let numbers = format!(
        "{} visited to find rows by {} with `{index}`, {} without it",
        counted(before.rows_visited, "row"),
        listed(&columns),
        grouped(without.rows_visited)
    );
    if without.rows_visited > before.rows_visited {
        // Another index may find a row more here and there; what is needed finds more the larger the table is.
        let more = excess(&found, &found_without);
        lab.fill(&tenth)?;
        let few = lookups(lab, table, &columns, None)?;
        if more > excess(&few, &lookups(lab, table, &columns, Some(index))?) {
            evidence.status = EvidenceStatus::Refuted;
            evidence.summary = format!("refuted: {numbers}, and more the larger the table is");
            return Ok(evidence);
        }
    }
    evidence.summary = format!("proved: {numbers} (by `{other}`); one row less is written per insert");
    if let Some(Err(reason)) = bench.after(finding, subject) {
        evidence.objection = Some(reason);
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
        .map(|reach| bench.project().procedure(reach.procedure).name.to_string())
        .collect();
    let lab = bench.before()?;
    lab.fill(&sizes(&[], ROWS))?;
    let keys: Vec<String> = lab.callable().map(str::to_owned).collect();
    let (mut reads, mut uses, mut user) = (0, 0, None::<String>);
    for key in &keys {
        for number in 0..CALLS {
            let run = lab.call(key, number)?;
            let statements = run.operations.iter().flat_map(|operation| &operation.statements);
            let of_table: Vec<&Statement> = statements
                .filter(|statement| statement.table == table && !statement.plan.is_empty())
                .collect();
            reads += of_table.len();
            if !of_table.is_empty() {
                missing.remove(key);
            }
            let names = run
                .operations
                .iter()
                .any(|one| one.table.as_ref() == Some(&table) && one.named_index.as_ref() == Some(&index));
            let uses_it = of_table.iter().any(|statement| statement.index.as_ref() == Some(&index));
            // Where indexes serve alike, SQLite takes one of them, and takes the other when it is gone.
            if names || (uses_it && is_dearer_without(lab, (&table, &index), key, number)?) {
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

/// Whether a call visits more rows of a table, or sorts more often, on a database that lacks an index.
fn is_dearer_without(lab: &mut Lab, index: (&str, &str), key: &str, number: u64) -> Result<bool, String> {
    let attempt = lab.attempt(key, number)?;
    let (with, without) = (lab.run(&attempt)?, lab.run_without(index, &attempt)?);
    let cost = |run: &Run| {
        let all = run.operations.iter().flat_map(|operation| &operation.statements);
        let of_table: Vec<&Statement> = all.filter(|statement| statement.table == index.0).collect();
        let visited: u64 = of_table.iter().map(|statement| statement.rows_visited).sum();
        let lines = of_table.iter().flat_map(|statement| &statement.plan);
        (visited, lines.filter(|line| line.starts_with("USE TEMP B-TREE")).count())
    };
    let ((visited, sorts), (then_visited, then_sorts)) = (cost(&with), cost(&without));
    Ok(then_visited > visited || then_sorts > sorts)
}

/// Lookups of rows by columns, each time by the values of another row; with all indexes, or without one.
fn lookups(
    lab: &mut Lab,
    table: &str,
    columns: &[String],
    without: Option<&str>,
) -> Result<Vec<Statement>, String> {
    let mut found = Vec::new();
    for number in 0..LOOKUPS {
        found.extend(lab.find_equal(table, columns, without, number)?);
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

/// The rows that lookups visit more on one database than on another.
fn excess(with: &[Statement], without: &[Statement]) -> u64 {
    let visited = |lookups: &[Statement]| lookups.iter().map(|one| one.rows_visited).sum::<u64>();
    visited(without).saturating_sub(visited(with))
}

/// Whether the same lookups find as many rows.
fn find_the_same(before: &[Statement], after: &[Statement]) -> bool {
    let counts = |lookups: &[Statement]| lookups.iter().map(|one| one.rows_returned).collect::<Vec<_>>();
    counts(before) == counts(after)
}

/// Evidence with what a lookup cost.
fn of(blank: Evidence, before: &Statement, rows: usize) -> Evidence {
    Evidence {
        rows_visited_before: Some(before.rows_visited),
        rows_returned: Some(before.rows_returned),
        plan_before: before.plan.clone(),
        runs: usize::try_from(LOOKUPS).unwrap_or_default(),
        dataset: Dataset { rows, ..blank.dataset },
        ..blank
    }
}

fn blank(bench: &Bench<'_>, rows: usize) -> Evidence {
    Evidence::proved(Dataset { rows, ..bench.dataset() })
}

fn names(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
