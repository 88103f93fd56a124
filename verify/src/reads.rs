//! Claims about what a read costs.

use lunora_report::{Evidence, EvidenceLevel, EvidenceStatus, Finding};

use crate::bench::{After, Bench, Comparison, Runs};
use crate::claims::ReadClaim;
use crate::seen::{Seen, is_one_run, operations_at};
use crate::subject::{Subject, Zone};
use crate::words::{counted, grouped, listed};

/// A table that is ten times as large makes a read that grows with it visit at least so many times as many rows.
const GROWTH: u64 = 5;

/// What is found out about a read.
struct Found {
    status: EvidenceStatus,
    level: EvidenceLevel,
    /// What was seen, in words, for a finding without a fix or one that does not help.
    words: String,
}

/// Checks a claim about a read.
pub(crate) fn judge(
    bench: &mut Bench<'_>,
    finding: &Finding,
    subject: &Subject,
    claim: ReadClaim,
) -> Result<Evidence, String> {
    let runs = bench.runs(subject, &subject.tables)?;
    let zone = bench.zone(subject)?;
    let ranges = Ranges::of(bench, &runs, &zone, &subject.tables)?;
    let most = most_visited(&runs);
    let before = runs.full.get(most).map(|one| one.seen.clone()).unwrap_or_default();
    let found = found(claim, subject, &runs, &before, ranges)?;
    let mut evidence = Evidence {
        status: found.status,
        level: found.level,
        summary: String::new(),
        rows_visited_before: Some(before.visited),
        rows_visited_after: None,
        rows_returned: Some(before.returned),
        plan_before: before.plan.clone(),
        plan_after: Vec::new(),
        results_equal: None,
        runs: runs.few.len() + runs.tenth.len() + runs.full.len(),
        dataset: lunora_report::Dataset { rows: runs.rows, ..bench.dataset() },
        not_verifiable: None,
        objection: None,
    };
    if found.status == EvidenceStatus::Refuted {
        evidence.summary = format!("refuted: {}", found.words);
        return Ok(evidence);
    }
    let mut tail = String::new();
    match bench.after(finding, subject) {
        None => evidence.summary = format!("proved: {}", found.words),
        Some(Err(reason)) => {
            evidence.objection = Some(reason.clone());
            evidence.summary = format!("proved: {}; the fix can't be run: {reason}", found.words);
        }
        Some(Ok(mut after)) => {
            let compared = bench.compare(&mut after, &runs, subject, &subject.tables)?;
            let seen = compared.full.get(most).cloned().flatten();
            let after_ranges = Ranges::after(&mut after, &runs, &subject.tables)?;
            let helps = helps(claim, &before, seen.as_ref(), ranges, after_ranges)
                || total(compared.full.iter().flatten()) < total(runs.full.iter().map(|one| &one.seen));
            note_results(&mut evidence, &compared, after.is_safe, &mut tail);
            if let Some(seen) = &seen {
                evidence.rows_visited_after = Some(seen.visited);
                evidence.plan_after.clone_from(&seen.plan);
            }
            if helps {
                let totals =
                    (total(runs.full.iter().map(|one| &one.seen)), total(compared.full.iter().flatten()));
                let improvement = improvement(claim, &before, seen.as_ref(), totals);
                let cost = written_more(bench, &mut after, &subject.tables)?;
                evidence.summary = format!("proved: {improvement}{tail}{cost}");
            } else {
                let none = no_improvement(&before, seen.as_ref());
                evidence.objection.get_or_insert_with(|| none.clone());
                evidence.summary = format!("proved: {}; {none}{tail}", found.words);
            }
        }
    }
    Ok(evidence)
}

/// Says whether results were equal, and objects to a safe fix that changes them.
pub(crate) fn note_results(evidence: &mut Evidence, compared: &Comparison, is_safe: bool, tail: &mut String) {
    evidence.runs = compared.runs;
    evidence.results_equal = Some(compared.different == 0);
    let runs = counted(compared.runs as u64, "run");
    if compared.different == 0 {
        *tail = format!(" (results equal in {runs})");
        return;
    }
    *tail = format!(" (results differ in {} of {runs})", compared.different);
    if is_safe {
        evidence.objection =
            Some(format!("with the fix, results differ in {} of {runs}", compared.different));
    }
}

/// The run that visited most rows.
pub(crate) fn most_visited(runs: &Runs) -> usize {
    let visited = |position: usize| runs.full.get(position).map(|one| one.seen.visited);
    let last = runs.full.len().saturating_sub(1);
    (0..=last).rev().max_by_key(|position| visited(*position)).unwrap_or_default()
}

/// How the operations at a place relate to the runs of the indexes that they name.
#[derive(Clone, Copy, Default)]
struct Ranges {
    /// Some were not one run.
    has_other: bool,
    /// Some were not one run while the same call read a run of the same table elsewhere.
    widens: bool,
}

impl Ranges {
    fn of(bench: &mut Bench<'_>, runs: &Runs, zone: &Zone, tables: &[String]) -> Result<Self, String> {
        let schema = bench.before()?.schema();
        let mut ranges = Self::default();
        for observed in runs.few.iter().chain(&runs.full) {
            let is_here = |operation: &&lunora_engine::Operation| {
                operations_at(&observed.run, zone).any(|other| std::ptr::eq(other, *operation))
            };
            let of_table = |statement: &&lunora_engine::Statement| tables.contains(&statement.table);
            let parts = |operation: &lunora_engine::Operation| {
                let statements = operation.statements.iter().filter(of_table);
                statements.map(|one| is_one_run(operation, one, schema)).collect::<Vec<bool>>()
            };
            let here = observed.run.operations.iter().filter(is_here).flat_map(parts);
            let has_other = here.into_iter().any(|is_one| !is_one);
            let elsewhere = observed.run.operations.iter().filter(|one| !is_here(one)).flat_map(parts);
            ranges.has_other |= has_other;
            ranges.widens |= has_other && elsewhere.into_iter().any(|is_one| is_one);
        }
        Ok(ranges)
    }

    fn after(after: &mut After, runs: &Runs, tables: &[String]) -> Result<Self, String> {
        let zone = after.zone().clone();
        let mut ranges = Self::default();
        for observed in &runs.full {
            let run = after.lab().run(&observed.attempt)?;
            let schema = after.lab().schema();
            ranges.has_other |= operations_at(&run, &zone).any(|operation| {
                let mut statements = operation.statements.iter().filter(|one| tables.contains(&one.table));
                statements.any(|one| !is_one_run(operation, one, schema))
            });
        }
        Ok(ranges)
    }
}

fn found(
    claim: ReadClaim,
    subject: &Subject,
    runs: &Runs,
    before: &Seen,
    ranges: Ranges,
) -> Result<Found, String> {
    let rows = runs.rows as u64;
    let tenth = runs.tenth.iter().map(|one| one.seen.visited).max();
    let is_whole = rows > 1 && before.visited * 2 >= rows;
    let grows = is_whole && tenth.is_some_and(|tenth| before.visited >= GROWTH * tenth.max(1));
    let is_scan = runs.full.iter().any(|one| one.seen.is_scan);
    let is_wasteful = before.visited > before.returned;
    let words = numbers(subject, runs, before, tenth.filter(|_| grows));
    let proved = |level, words| Ok(Found { status: EvidenceStatus::Proved, level, words });
    let refuted =
        |words| Ok(Found { status: EvidenceStatus::Refuted, level: EvidenceLevel::Synthetic, words });
    match claim {
        ReadClaim::Whole if is_whole => proved(EvidenceLevel::Synthetic, words),
        ReadClaim::Late if is_whole || is_wasteful => proved(EvidenceLevel::Synthetic, words),
        ReadClaim::Whole if is_scan => {
            proved(EvidenceLevel::Plan, format!("the plan is `{}`; {words}", before.plan.join("`, `")))
        }
        ReadClaim::Surplus if is_wasteful => proved(EvidenceLevel::Synthetic, words),
        ReadClaim::Surplus if before.visited > 1 => {
            proved(EvidenceLevel::Synthetic, format!("{words}, and the filter looks through them"))
        }
        ReadClaim::Range if ranges.has_other => {
            let level = if is_wasteful { EvidenceLevel::Synthetic } else { EvidenceLevel::Plan };
            proved(level, format!("{words}; the range is not one run of the index"))
        }
        ReadClaim::Sort if before.sorts() => {
            proved(EvidenceLevel::Synthetic, format!("{words}, and SQLite sorts them"))
        }
        ReadClaim::Sort if subject.is_row_sort && before.returned > 1 => {
            let sorted = counted(before.returned, "row");
            proved(EvidenceLevel::Synthetic, format!("{words}; the code sorts {sorted} in memory"))
        }
        ReadClaim::Widened if ranges.widens => proved(
            EvidenceLevel::Plan,
            format!("{words}; this read is not one run of an index, and another one of the same call is"),
        ),
        ReadClaim::Widened if ranges.has_other => {
            Err("no run did both this read and the one that it widens".to_owned())
        }
        ReadClaim::Surplus | ReadClaim::Sort | ReadClaim::Late if before.visited == 0 => {
            Err("no generated row matches there".to_owned())
        }
        ReadClaim::Range | ReadClaim::Widened => {
            refuted(format!("the range is one run of {}; {words}", by(before)))
        }
        ReadClaim::Sort => refuted(format!("{words}, and nothing sorts them")),
        ReadClaim::Whole if subject.is_limited_by_caller => {
            Err("the caller says how many rows are read, and generated callers ask for few".to_owned())
        }
        ReadClaim::Whole | ReadClaim::Late | ReadClaim::Surplus => refuted(words),
    }
}

/// The rows that several runs visited.
fn total<'a>(seen: impl Iterator<Item = &'a Seen>) -> u64 {
    seen.map(|one| one.visited).sum()
}

/// Whether a fix made things better in the way that the finding is about.
fn helps(claim: ReadClaim, before: &Seen, after: Option<&Seen>, was: Ranges, is: Ranges) -> bool {
    let Some(after) = after else { return true };
    let visits_less = after.visited < before.visited;
    match claim {
        ReadClaim::Range => visits_less || (was.has_other && !is.has_other),
        ReadClaim::Sort => visits_less || (before.sorts() && !after.sorts()) || !after.sorts(),
        // A scan that a limit ended early this time goes to the end when fewer rows match.
        ReadClaim::Whole => visits_less || (before.is_scan && !after.is_scan),
        ReadClaim::Late | ReadClaim::Surplus | ReadClaim::Widened => visits_less,
    }
}

/// What became better, in words. `totals` are the rows that all runs visited, before and after.
fn improvement(claim: ReadClaim, before: &Seen, after: Option<&Seen>, totals: (u64, u64)) -> String {
    let visited = counted(before.visited, "row");
    let Some(after) = after else {
        return format!("{visited} visited → the read is gone");
    };
    let with = if after.indexes.is_empty() { String::new() } else { format!(" with {}", by(after)) };
    let is_sorted_no_more = claim == ReadClaim::Sort && before.sorts() && !after.sorts();
    if after.visited < before.visited {
        let sorts = if is_sorted_no_more { ", not sorted any more" } else { "" };
        return format!("{visited} visited → {}{with}{sorts}", grouped(after.visited));
    }
    let as_many = if after.visited == before.visited {
        format!("{visited} visited before and after")
    } else {
        format!("{visited} visited before, {} after", grouped(after.visited))
    };
    let better = match claim {
        ReadClaim::Sort if is_sorted_no_more => format!("SQLite sorts them no more{with}"),
        ReadClaim::Sort => format!("nothing sorts them afterwards{with}"),
        ReadClaim::Whole if before.is_scan && !after.is_scan => format!(
            "found{with} instead of by a scan, which a limit ended early here and which goes to the end where fewer rows match"
        ),
        ReadClaim::Range => format!("the range is now one run of the index{with}"),
        _ => format!("but {} → {} in all runs{with}", counted(totals.0, "row"), grouped(totals.1)),
    };
    format!("{as_many}, {better}")
}

/// That nothing became better, in words.
fn no_improvement(before: &Seen, after: Option<&Seen>) -> String {
    let after = after.map(|after| after.visited).unwrap_or_default();
    if after == before.visited {
        format!("no improvement by the fix, which visits as many: {}", counted(after, "row"))
    } else {
        format!(
            "no improvement by the fix: {} before, {} with it",
            counted(before.visited, "row"),
            grouped(after)
        )
    }
}

/// What a fix costs when rows are written, in words; nothing if it adds no index.
pub(crate) fn written_more(
    bench: &mut Bench<'_>,
    after: &mut After,
    tables: &[String],
) -> Result<String, String> {
    let count = |schema: &lunora_engine::Schema| -> usize {
        schema
            .tables
            .iter()
            .filter(|table| tables.contains(&table.name))
            .map(|table| table.indexes.len())
            .sum()
    };
    let (was, is) = (count(bench.before()?.schema()), count(after.lab().schema()));
    Ok(match is.saturating_sub(was) {
        0 => String::new(),
        more => format!("; each insert writes {} more", counted(more as u64, "row")),
    })
}

/// What was counted, in words.
fn numbers(subject: &Subject, runs: &Runs, before: &Seen, tenth: Option<u64>) -> String {
    let tables = listed(&subject.tables);
    let of = format!("{} of {} in {tables} visited", grouped(before.visited), grouped(runs.rows as u64));
    let returned = format!("{} returned", grouped(before.returned));
    match tenth {
        Some(tenth) => format!(
            "{of}, {} of {}: it grows with the table; {returned}",
            grouped(tenth),
            grouped(runs.rows_of_tenth as u64)
        ),
        None => format!("{of} by {}, {returned}", by(before)),
    }
}

fn by(seen: &Seen) -> String {
    let indexes: Vec<&String> = seen.indexes.iter().collect();
    if indexes.is_empty() { "no declared index".to_owned() } else { listed(&indexes) }
}
