//! Claims that something goes on without end.

use std::collections::BTreeSet;

use lunora_engine::Limit;
use lunora_report::{Dataset, Evidence, EvidenceStatus, Finding};
use serde_json::Value;

use crate::bench::{Bench, came_to, sizes};
use crate::lab::{Ending, Run};
use crate::subject::Subject;
use crate::words::{counted, listed};

/// Rows of each table: what does not end does not end on few rows.
const ROWS: usize = 20;
/// Calls of each function.
const TRIED: u64 = 6;

/// Checks that a loop ends by nothing but a limit.
pub(crate) fn never_ends(bench: &mut Bench<'_>, subject: &Subject) -> Result<Evidence, String> {
    let zone = bench.zone(subject)?;
    let keys = known(bench, &subject.procedures)?;
    let mut evidence = blank(bench);
    let lab = bench.before()?;
    if let Some(failure) = lab.failure_of(&zone.file).filter(|failure| failure.contains("ran into the limit"))
    {
        evidence.summary = format!("proved: `{}` is never loaded: {failure}", zone.file);
        return Ok(evidence);
    }
    lab.fill(&sizes(&[], ROWS))?;
    let (mut passed, mut other) = (0, None);
    for number in 0..TRIED {
        for key in &keys {
            let run = lab.call(key, number)?;
            evidence.runs += 1;
            if let Some(limit) = limit_of(&run) {
                evidence.summary = format!("proved: a run of `{key}` ends only at {limit}");
                return Ok(evidence);
            }
            match &run.ending {
                Ending::Returned(_) if came_to(&run, &zone) => passed += 1,
                Ending::Returned(_) => {
                    other = Some(format!("`{key}` returns, perhaps before it comes there"))
                }
                Ending::Threw { code, .. } => other = Some(format!("`{key}` ends with {code}")),
                Ending::Blocked(reason) => other = Some(format!("`{key}` can't be run to the end: {reason}")),
                Ending::Exceeded(_) => {}
            }
        }
    }
    if passed == 0 {
        return Err(other.unwrap_or_else(|| "no run came there".to_owned()));
    }
    evidence.status = EvidenceStatus::Refuted;
    evidence.summary = format!("refuted: {} went through it and returned", counted(passed, "run"));
    Ok(evidence)
}

/// Checks that functions lead back to themselves whenever they run.
pub(crate) fn leads_back(bench: &mut Bench<'_>, finding: &Finding) -> Result<Evidence, String> {
    let names = finding.metadata.get("functions").and_then(Value::as_array);
    let names: Vec<String> =
        names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let keys = known(bench, &names)?;
    if keys.len() < names.len() {
        return Err(format!("not all of {} can be called", listed(&names)));
    }
    let mut evidence = blank(bench);
    let lab = bench.before()?;
    lab.fill(&sizes(&[], ROWS))?;
    // Which function of the group each one's runs lead to.
    let mut leads: BTreeSet<(String, String)> = BTreeSet::new();
    for key in &keys {
        let mut returned = 0;
        for number in 0..TRIED {
            let run = lab.call(key, number)?;
            evidence.runs += 1;
            if matches!(&run.ending, Ending::Threw { code, .. } if code == "RUN_DEPTH_EXCEEDED") {
                evidence.summary = format!(
                    "proved: a run of `{key}` fails with RUN_DEPTH_EXCEEDED, since each one starts the next"
                );
                return Ok(evidence);
            }
            if !matches!(run.ending, Ending::Returned(_)) {
                continue;
            }
            let next: Vec<&str> = next(&run, key).filter(|next| keys.iter().any(|key| key == next)).collect();
            if next.is_empty() {
                evidence.status = EvidenceStatus::Refuted;
                evidence.summary =
                    format!("refuted: a run of `{key}` returns and starts none of {}", listed(&names));
                return Ok(evidence);
            }
            returned += 1;
            leads.extend(next.into_iter().map(|next| (key.clone(), next.to_owned())));
        }
        if returned == 0 {
            return Err(format!("no run of `{key}` returns"));
        }
    }
    evidence.summary = format!(
        "proved: each of {} starts the next: {}",
        counted(evidence.runs as u64, "run"),
        leads.iter().map(|(from, to)| format!("`{from}` → `{to}`")).collect::<Vec<_>>().join(", ")
    );
    Ok(evidence)
}

/// The functions that a run of one starts: those that it scheduled, and those that it ran itself.
fn next<'a>(run: &'a Run, key: &'a str) -> impl Iterator<Item = &'a str> {
    let scheduled = run.jobs.iter().filter_map(|job| job.key.as_deref());
    let ran = run.operations.iter().flat_map(move |operation| {
        let path = &operation.path;
        path.windows(2).filter(move |pair| pair[0] == key).map(|pair| pair[1].as_str())
    });
    scheduled.chain(ran)
}

/// The limit that a run came up against, in words.
fn limit_of(run: &Run) -> Option<String> {
    match &run.ending {
        Ending::Exceeded(Limit::Steps) => Some("the limit of instructions".to_owned()),
        Ending::Exceeded(Limit::Memory) => Some("the limit of memory".to_owned()),
        Ending::Exceeded(Limit::Stack) => Some("the limit of the stack".to_owned()),
        Ending::Threw { code, .. } if code == "TRANSACTION_LIMIT_EXCEEDED" => Some(code.clone()),
        _ => None,
    }
}

/// Those of some functions that can be called.
fn known(bench: &mut Bench<'_>, names: &[String]) -> Result<Vec<String>, String> {
    let lab = bench.before()?;
    let keys: Vec<String> =
        lab.callable().filter(|key| names.iter().any(|name| name == key)).map(str::to_owned).collect();
    if keys.is_empty() { Err("nothing that can be called comes there".to_owned()) } else { Ok(keys) }
}

fn blank(bench: &Bench<'_>) -> Evidence {
    Evidence::proved(Dataset { rows: ROWS, ..bench.dataset() })
}
