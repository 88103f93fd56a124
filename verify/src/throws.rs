//! Claims that code fails when it runs, or finds nothing.

use lunora_engine::Action;
use lunora_report::{Dataset, Evidence, EvidenceStatus, Finding};
use serde_json::Value;

use crate::bench::{Bench, came_to, sizes};
use crate::lab::{Attempt, Ending, Run};
use crate::seen::operations_at;
use crate::subject::{Subject, Zone};
use crate::words::{counted, listed};

/// Rows of each table: whether code throws does not depend on how many there are.
const ROWS: usize = 50;
/// Calls that are tried.
const TRIED: u64 = 24;
/// Runs that are enough.
const ENOUGH: usize = 5;

/// What runs did at a place that may throw.
#[derive(Default)]
struct Ends {
    /// Calls that threw there, with the code.
    thrown: Vec<(Attempt, String, String)>,
    /// Calls that went through the place and returned.
    passed: usize,
    /// Why others say nothing.
    other: Option<String>,
}

/// Checks that code throws when it runs, and no more with the fix.
pub(crate) fn throws(
    bench: &mut Bench<'_>,
    finding: &Finding,
    subject: &Subject,
) -> Result<Evidence, String> {
    let ends = ends(bench, subject, Some(finding))?;
    let mut evidence = blank(bench, ends.thrown.len() + ends.passed);
    let Some((_, code, message)) = ends.thrown.first() else {
        if ends.passed == 0 {
            let reason = ends.other.unwrap_or_else(|| "nothing that can be called comes there".to_owned());
            return Err(format!("no run came there: {reason}"));
        }
        evidence.status = EvidenceStatus::Refuted;
        evidence.summary =
            format!("refuted: {} went through it and none failed", counted(ends.passed as u64, "run"));
        return Ok(evidence);
    };
    let runs = counted(ends.thrown.len() as u64, "run");
    evidence.summary = format!("proved: fails with {code} in {runs}: {message}");
    match bench.after(finding, subject) {
        None => {}
        Some(Err(reason)) => evidence.objection = Some(reason),
        Some(Ok(mut after)) => {
            let zone = after.zone().clone();
            after.lab().fill(&sizes(&[], ROWS))?;
            let mut left = 0;
            for (attempt, ..) in &ends.thrown {
                let run = after.lab().run(attempt)?;
                left += usize::from(failure(&run, &zone, None).is_some());
            }
            if left == 0 {
                evidence.summary = format!("proved: fails with {code} in {runs}, and in none with the fix");
            } else {
                evidence.objection = Some(format!("it still fails with the fix in {left} of {runs}"));
                evidence.summary.push_str("; it still fails with the fix");
            }
        }
    }
    Ok(evidence)
}

/// Checks that conditions on a column that does not exist find nothing, or fail.
pub(crate) fn finds_nothing(
    bench: &mut Bench<'_>,
    finding: &Finding,
    subject: &Subject,
) -> Result<Evidence, String> {
    let ends = ends(bench, subject, None)?;
    if !ends.thrown.is_empty() {
        return throws(bench, finding, subject);
    }
    let field = finding.metadata.get("field").and_then(Value::as_str).unwrap_or_default();
    let zone = bench.zone(subject)?;
    let keys = bench.keys(subject)?;
    let lab = bench.before()?;
    lab.fill(&sizes(&subject.tables, ROWS))?;
    let (mut runs, mut returned, mut sorted) = (0, 0, 0);
    for number in 0..TRIED {
        for key in &keys {
            let run = lab.call(key, number)?;
            for operation in operations_at(&run, &zone) {
                let selects = |one: &lunora_engine::Statement| {
                    one.conditions.iter().any(|condition| condition.column == field)
                };
                sorted += usize::from(
                    operation.statements.iter().any(|one| one.order.iter().any(|key| key.column == field)),
                );
                // What an operation returns may be a number, so the rows are those that its statements gave. A count gives one.
                let found: Vec<u64> = operation
                    .statements
                    .iter()
                    .filter(|one| one.action != Action::Aggregate && selects(one))
                    .map(|one| one.rows_returned)
                    .collect();
                runs += usize::from(!found.is_empty());
                returned += found.iter().sum::<u64>();
            }
        }
    }
    let mut evidence = blank(bench, runs);
    evidence.rows_returned = Some(returned);
    if runs > 0 && returned == 0 {
        let tables = listed(&subject.tables);
        evidence.summary = format!("proved: finds no row of {tables} in {}", counted(runs as u64, "run"));
        return Ok(evidence);
    }
    if runs == 0 && sorted > 0 {
        evidence.runs = sorted;
        evidence.summary = format!(
            "proved: no row holds `{field}`, so the order by it says nothing in {}",
            counted(sorted as u64, "run")
        );
        return Ok(evidence);
    }
    if runs == 0 {
        return Err("no run selected rows by it".to_owned());
    }
    evidence.status = EvidenceStatus::Refuted;
    evidence.summary =
        format!("refuted: finds {} in {}", counted(returned, "row"), counted(runs as u64, "run"));
    Ok(evidence)
}

fn ends(bench: &mut Bench<'_>, subject: &Subject, finding: Option<&Finding>) -> Result<Ends, String> {
    let zone = bench.zone(subject)?;
    let keys = bench.keys(subject)?;
    let lab = bench.before()?;
    if let Some(failure) = lab.failure_of(&zone.file) {
        return Err(format!("`{}` does not load: {failure}", zone.file));
    }
    lab.fill(&sizes(&[], ROWS))?;
    let mut ends = Ends::default();
    for number in 0..TRIED {
        for key in &keys {
            if ends.thrown.len() >= ENOUGH {
                return Ok(ends);
            }
            let attempt = lab.attempt(key, number)?;
            let run = lab.run(&attempt)?;
            if let Some((code, message)) = failure(&run, &zone, finding) {
                ends.thrown.push((attempt, code, message));
            } else if came_to(&run, &zone) && matches!(run.ending, Ending::Returned(_)) {
                ends.passed += 1;
            } else {
                ends.other = Some(match &run.ending {
                    Ending::Returned(_) => format!("`{key}` returns without coming there"),
                    Ending::Threw { code, .. } => format!("`{key}` ends with {code} elsewhere"),
                    Ending::Exceeded(limit) => format!("`{key}` ran into the limit of {limit:?}"),
                    Ending::Blocked(reason) => format!("`{key}` can't be run to the end: {reason}"),
                });
            }
        }
    }
    Ok(ends)
}

/// The code and the words of an error that a run threw at a place. A job for a function that does not exist fails later, and counts.
fn failure(run: &Run, zone: &Zone, finding: Option<&Finding>) -> Option<(String, String)> {
    if let Ending::Threw { code, message, sites } = &run.ending
        && sites.iter().any(|site| zone.holds(site))
    {
        return Some((code.clone(), message.clone()));
    }
    let reference = finding?.metadata.get("reference")?.as_str()?;
    let key = reference.replace('.', ":");
    let is_named = |job: &&lunora_engine::Job| job.key.as_deref().is_some_and(|named| key.ends_with(named));
    let job = run.jobs.iter().find(is_named)?;
    let named = job.key.as_deref().unwrap_or_default();
    Some(("FUNCTION_NOT_FOUND".to_owned(), format!("the job names `{named}`, which does not exist")))
}

fn blank(bench: &Bench<'_>, runs: usize) -> Evidence {
    Evidence { runs, ..Evidence::proved(Dataset { rows: ROWS, ..bench.dataset() }) }
}
