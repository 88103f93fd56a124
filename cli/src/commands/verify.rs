//! `lunora-advisor verify`: findings, checked by running the code.

use std::collections::BTreeMap;
use std::fmt::Write;

use lunora_check::judge;
use lunora_report::{Evidence, EvidenceLevel, EvidenceStatus, Finding, canonical_rule_name, closest};
use lunora_source::Disk;
use lunora_verify::VerifyOptions;
use rayon::prelude::*;

use crate::arguments::{Format, ListFormat, VerifyArguments};
use crate::error::CliError;
use crate::formats::{FormatOptions, render};
use crate::output::Outcome;
use crate::proving::prove;
use crate::report::{ProjectFindings, Report, ReportFinding};

/// Checks the findings of the projects that the arguments name.
///
/// # Errors
/// If a project cannot be read, or there is no such rule.
pub(crate) fn run(arguments: &VerifyArguments) -> Result<Outcome, CliError> {
    let rules = lunora_check::rules();
    let names: Vec<&'static str> = rules.iter().map(|rule| rule.name).collect();
    let wanted = wanted(&arguments.rule, &names)?;
    let found = arguments.project.find(&Disk)?;
    let mut judged = found
        .par_iter()
        .map(|project| Ok(judge(&Disk, project, lunora_check::analyze(&Disk, project)?, &names)))
        .collect::<Result<Vec<_>, CliError>>()?;
    for judged in &mut judged {
        judged.findings.retain(|one| wanted.is_empty() || wanted.contains(&one.finding.rule.name));
    }
    let options = VerifyOptions { rows: arguments.rows.rows as usize, seed: arguments.rows.seed };
    prove(&Disk, &found, &mut judged, options);
    let parts = found.iter().zip(&mut judged).map(|(project, judged)| ProjectFindings::new(project, judged));
    let report = Report::new(parts.collect(), &lunora_check::working_directory()?);
    let has_failed = evidence(&report).any(|(_, evidence)| evidence.status == EvidenceStatus::Refuted);
    let stdout = match arguments.format {
        ListFormat::Json => {
            let options = FormatOptions { show_suppressed: false, color: false, rules: &rules };
            render(&report, Format::Json, options).map_err(|error| CliError::Format(error.to_string()))?
        }
        ListFormat::Pretty => pretty(&report, options).into_bytes(),
    };
    Ok(Outcome { stdout, has_failed, ..Outcome::default() })
}

/// The rules that are meant by what was typed; none means all.
fn wanted(typed: &[String], names: &[&'static str]) -> Result<Vec<&'static str>, CliError> {
    let find = |typed: &String| {
        let canonical = canonical_rule_name(typed);
        names.iter().copied().find(|name| *name == canonical).ok_or_else(|| CliError::UnknownRule {
            typed: typed.clone(),
            closest: closest(&canonical, names.iter().copied()),
        })
    };
    typed.iter().map(find).collect()
}

fn evidence(report: &Report) -> impl Iterator<Item = (&ReportFinding, &Evidence)> {
    report.shown().filter_map(|entry| Some((entry, entry.reported.evidence.as_ref()?)))
}

fn pretty(report: &Report, options: VerifyOptions) -> String {
    let mut text = String::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in report.shown_by_path() {
        let Some(evidence) = &entry.reported.evidence else { continue };
        if let Some(reason) = &evidence.not_verifiable {
            *reasons.entry(reason).or_default() += 1;
        }
        let finding = entry.finding();
        let place = report.primary_place(entry);
        let file = &report.primary_file(entry).display;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{file}:{}:{}: {} {}",
            place.line,
            place.column,
            finding.level.as_str(),
            finding.rule.name
        );
        let _ = writeln!(text, "  {}{}", evidence.summary, level(evidence));
        if let Some(objection) = &evidence.objection {
            let _ = writeln!(text, "  no fix is offered: {objection}");
        } else if let Some(cost) = cost(finding, evidence) {
            let _ = writeln!(text, "  cost: {cost}");
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary(report, options));
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
    for (reason, count) in reasons {
        let _ = writeln!(text, "  {count} not verifiable: {reason}");
    }
    text
}

fn level(evidence: &Evidence) -> &'static str {
    match (evidence.status, evidence.level) {
        (EvidenceStatus::NotVerifiable, _) => "",
        (_, EvidenceLevel::Plan) => " [plan]",
        (_, EvidenceLevel::Synthetic) => " [counted]",
        (_, EvidenceLevel::Observed) => " [observed]",
    }
}

/// What an index costs that a fix adds.
fn cost<'a>(finding: &'a Finding, evidence: &Evidence) -> Option<&'a str> {
    let is_gain = evidence.status == EvidenceStatus::Proved && !finding.fixes.is_empty();
    finding.note.as_deref().filter(|_| is_gain)
}

fn summary(report: &Report, options: VerifyOptions) -> String {
    let count = |status: EvidenceStatus| evidence(report).filter(|(_, one)| one.status == status).count();
    let by_plan = evidence(report)
        .filter(|(_, one)| one.status == EvidenceStatus::Proved && one.level == EvidenceLevel::Plan)
        .count();
    let plan = if by_plan > 0 { format!(" ({by_plan} by the plan alone)") } else { String::new() };
    format!(
        "{} proved{plan}, {} refuted, {} not verifiable; {} generated rows in the table of each finding, seed {}\n",
        count(EvidenceStatus::Proved),
        count(EvidenceStatus::Refuted),
        count(EvidenceStatus::NotVerifiable),
        options.rows,
        options.seed
    )
}
