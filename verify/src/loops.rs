//! Claims about operations that run once for every element of something, or once for every table.

use std::collections::BTreeSet;

use lunora_report::{Dataset, Evidence, EvidenceLevel, EvidenceStatus, Finding};

use crate::bench::{Bench, Observed, Runs};
use crate::reads::note_results;
use crate::seen::{look, operations_at};
use crate::subject::{Subject, Zone};
use crate::words::{counted, grouped, listed};

/// Checks that a read runs more than once in a call.
pub(crate) fn repeats(bench: &mut Bench<'_>, subject: &Subject) -> Result<Evidence, String> {
    let mut tables: BTreeSet<String> = subject.tables.iter().cloned().collect();
    tables.extend(subject.looped.iter().flat_map(|(_, tables)| tables.clone()));
    let tables: Vec<String> = tables.into_iter().collect();
    let runs = bench.runs(subject, &tables)?;
    let most = by_most(&runs, |one| one.seen.operations as u64).ok_or("no run came there")?;
    let times = most.seen.operations as u64;
    let tenth = runs.tenth.iter().map(|one| one.seen.operations as u64).max();
    let mut evidence = counted_evidence(bench, &runs, most);
    if times > 1 {
        let growth = tenth
            .filter(|tenth| times > *tenth)
            .map_or(String::new(), |tenth| format!(", {} with a tenth of the rows", grouped(tenth)));
        evidence.summary =
            format!("proved: {} of {} in one call{growth}", counted(times, "read"), listed(&subject.tables));
        return Ok(evidence);
    }
    let elements = match &subject.looped {
        Some((place, tables)) => {
            let zone = Zone::new(bench.sources(), place.file, place.span);
            let all = runs.few.iter().chain(&runs.full);
            let seen =
                zone.iter().flat_map(|zone| all.clone().filter_map(|one| look(&one.run, zone, tables)));
            seen.map(|seen| seen.returned).max().unwrap_or_default()
        }
        None => 0,
    };
    if elements < 2 && subject.is_in_loop {
        return Err("no run went through more than one element".to_owned());
    }
    evidence.status = EvidenceStatus::Refuted;
    evidence.summary = match elements {
        0 => "refuted: one read in each call, and no loop around it".to_owned(),
        some => format!("refuted: one read in a call that went through {}", counted(some, "row")),
    };
    Ok(evidence)
}

/// Checks that a call writes as many rows as the table has.
pub(crate) fn writes_each(bench: &mut Bench<'_>, subject: &Subject) -> Result<Evidence, String> {
    let runs = bench.runs(subject, &subject.tables)?;
    let most = by_most(&runs, |one| one.seen.operations as u64).ok_or("no run came there")?;
    let times = most.seen.operations as u64;
    let tenth = runs.tenth.iter().map(|one| one.seen.operations as u64).max().unwrap_or_default();
    let mut evidence = counted_evidence(bench, &runs, most);
    let (rows, rows_of_tenth) = (grouped(runs.rows as u64), grouped(runs.rows_of_tenth as u64));
    let numbers = format!(
        "{} one by one with {rows} rows in {}, {} with {rows_of_tenth}",
        counted(times, "write"),
        listed(&subject.tables),
        grouped(tenth)
    );
    if times > 1 && times > tenth {
        evidence.summary = format!("proved: {numbers}");
    } else if times > 1 {
        return Err(format!("{numbers}: whether it grows depends on values that were not generated"));
    } else {
        evidence.status = EvidenceStatus::Refuted;
        evidence.summary = format!("refuted: {numbers}");
    }
    Ok(evidence)
}

/// Checks that an id is looked for in more than one table.
pub(crate) fn probes(
    bench: &mut Bench<'_>,
    finding: &Finding,
    subject: &Subject,
) -> Result<Evidence, String> {
    // Where an id lies does not depend on how many rows there are.
    let subject = &Subject { tables: Vec::new(), ..subject.clone() };
    let runs = bench.runs(subject, &[])?;
    let most = by_most(&runs, |one| one.seen.probed as u64).ok_or("no run came there")?;
    let probed = most.seen.probed as u64;
    let mut evidence = counted_evidence(bench, &runs, most);
    evidence.dataset.rows = bench.full(&[]).rows;
    if probed < 2 {
        let zone = bench.zone(subject)?;
        let mut operations = runs.full.iter().flat_map(|one| operations_at(&one.run, &zone));
        if operations.any(|operation| operation.table.is_none()) {
            return Err(
                "every id that was looked for lies in the first table that is looked through".to_owned()
            );
        }
        evidence.status = EvidenceStatus::Refuted;
        evidence.summary = format!("refuted: {} looked through for the id", counted(probed, "table"));
        return Ok(evidence);
    }
    evidence.summary = format!("proved: {} looked through for one id", counted(probed, "table"));
    match bench.after(finding, subject) {
        None => {}
        Some(Err(reason)) => evidence.objection = Some(reason),
        Some(Ok(mut after)) => {
            let compared = bench.compare(&mut after, &runs, subject, &[])?;
            let mut tail = String::new();
            note_results(&mut evidence, &compared, after.is_safe, &mut tail);
            let seen: Vec<_> = compared.full.iter().flatten().collect();
            let then = seen.iter().map(|seen| seen.probed as u64).max().unwrap_or_default();
            evidence.plan_after = seen.first().map(|seen| seen.plan.clone()).unwrap_or_default();
            evidence.rows_visited_after = seen.iter().map(|seen| seen.visited).max();
            evidence.summary =
                format!("proved: {} looked through for one id → {then}{tail}", counted(probed, "table"));
            if then >= probed {
                evidence
                    .objection
                    .get_or_insert_with(|| format!("no improvement by the fix: {}", counted(then, "table")));
            }
        }
    }
    Ok(evidence)
}

/// The run on all rows in which something was most.
fn by_most(runs: &Runs, measure: impl Fn(&Observed) -> u64) -> Option<&Observed> {
    runs.full.iter().rev().max_by_key(|one| measure(one))
}

/// Evidence with what was counted in a run; proved until something else is said.
fn counted_evidence(bench: &Bench<'_>, runs: &Runs, most: &Observed) -> Evidence {
    Evidence {
        status: EvidenceStatus::Proved,
        level: EvidenceLevel::Synthetic,
        summary: String::new(),
        rows_visited_before: Some(most.seen.visited),
        rows_visited_after: None,
        rows_returned: Some(most.seen.returned),
        plan_before: most.seen.plan.clone(),
        plan_after: Vec::new(),
        results_equal: None,
        runs: runs.few.len() + runs.tenth.len() + runs.full.len(),
        dataset: Dataset { rows: runs.rows, ..bench.dataset() },
        not_verifiable: None,
        objection: None,
    }
}
