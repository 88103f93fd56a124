//! `lunora-advisor score`: the health map of projects, and whether it became worse.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use lunora_check::{FoundProject, judge, paths};
use lunora_report::closest;
use lunora_source::{Disk, FileSystem};
use rayon::prelude::*;
use serde::Serialize;

use super::json;
use crate::arguments::{ListFormat, ScoreArguments};
use crate::error::CliError;
use crate::files::write_atomically;
use crate::output::Outcome;
use crate::score::{Check, Comparison, Coverage, HealthMap, MapProcedure, Parsed, compare, parse, score};

const ARTIFACT: &str = "lunora.advisor.map.json";

/// Scores the projects that the arguments name.
///
/// # Errors
/// If a project cannot be read, a map to compare with is missing or broken, or an entry does not exist. Then nothing is written.
pub(crate) fn run(arguments: &ScoreArguments) -> Result<Outcome, CliError> {
    let rules = lunora_check::rules();
    let names: Vec<&'static str> = rules.iter().map(|rule| rule.name).collect();
    let found = arguments.project.find(&Disk)?;
    let names_one_file = arguments.out.is_some() || matches!(arguments.baseline, Some(Some(_)));
    if found.len() > 1 && names_one_file {
        return Err(CliError::SeveralProjects);
    }
    let working_directory = lunora_check::working_directory()?;
    let mut scored: Vec<Scored> = found
        .par_iter()
        .map(|project| {
            let judged = judge(&Disk, project, lunora_check::analyze(&Disk, project)?, &names);
            let map = score(project, &judged);
            let comparison = baseline(arguments, project)?.map(|before| compare(&before, &map));
            let below_min_score = arguments.min_score.is_some_and(|least| map.score < least);
            let root = paths::relative(&working_directory, &project.location.root);
            Ok(Scored { project: root, map, comparison, below_min_score, written: None })
        })
        .collect::<Result<_, CliError>>()?;
    if let Some(entry) = &arguments.entry {
        narrow(&mut scored, entry)?;
    } else if !arguments.no_write {
        for (project, scored) in found.iter().zip(&mut scored) {
            scored.write(&artifact(arguments, project), &working_directory)?;
        }
    }
    let has_failed = scored.iter().any(Scored::fails);
    let mut outcome = match (arguments.format, scored.as_slice()) {
        (ListFormat::Json, [only]) => json(only)?,
        (ListFormat::Json, several) => json(&several)?,
        (ListFormat::Pretty, all) => {
            Outcome::text(all.iter().map(|one| one.text(arguments)).collect::<Vec<_>>().join("\n"))
        }
    };
    outcome.has_failed = has_failed;
    Ok(outcome)
}

/// One project with its score.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Scored {
    /// Relative to the working directory.
    project: String,
    map: HealthMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<Comparison>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    below_min_score: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
}

impl Scored {
    fn fails(&self) -> bool {
        self.below_min_score || self.comparison.as_ref().is_some_and(Comparison::fails)
    }

    /// Writes the map. A map that lost the comparison would become what the next run compares with, so it stays unwritten.
    fn write(&mut self, path: &Path, working_directory: &Path) -> Result<(), CliError> {
        if self.comparison.as_ref().is_some_and(Comparison::fails) {
            return Ok(());
        }
        let text = self.map.to_text().map_err(|error| CliError::Format(error.to_string()))?;
        if Disk.read_text(path).ok().as_deref() != Some(&text) {
            write_atomically(path, text.as_bytes())?;
        }
        self.written = Some(paths::relative(working_directory, path));
        Ok(())
    }

    fn text(&self, arguments: &ScoreArguments) -> String {
        let map = &self.map;
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}: {} of 100, {}", self.project, map.score, map.grade);
        let summary = &map.summary;
        let _ = writeln!(
            text,
            "{} procedures: {} clean, {} warned, {} failing, {} exempt; {} rules fired",
            summary.procedures,
            summary.clean,
            summary.warned,
            summary.failing,
            summary.exempt,
            summary.rules_fired
        );
        let is_shown = |row: &&MapProcedure| {
            arguments.all
                || arguments.entry.is_some()
                || matches!(row.coverage, Coverage::Warned | Coverage::Failing)
        };
        let mut file = "";
        for row in map.procedures.iter().filter(is_shown) {
            if row.file != file {
                file = &row.file;
                let _ = writeln!(text, "\n{file}");
            }
            let reason = row.exempt_reason.as_ref().map(|reason| format!("  ({reason})")).unwrap_or_default();
            let _ = writeln!(
                text,
                "  {} {:>3} {}{}{reason}",
                mark(row.coverage),
                row.score,
                row.export_name,
                names(&row.checks)
            );
        }
        if arguments.entry.is_none() && !map.project.checks.is_empty() {
            let _ = writeln!(
                text,
                "\nproject\n  {:>5} outside of procedures{}",
                map.project.score,
                names(&map.project.checks)
            );
        }
        if let Some(comparison) = &self.comparison {
            text.push_str(&verdict(comparison));
        }
        if let (true, Some(least)) = (self.below_min_score, arguments.min_score) {
            let _ = writeln!(text, "\nThe score is below {least}.");
        }
        if let Some(path) = &self.written {
            let _ = writeln!(text, "\nWrote {path}");
        }
        text
    }
}

fn mark(coverage: Coverage) -> char {
    match coverage {
        Coverage::Clean => '·',
        Coverage::Warned => '!',
        Coverage::Failing => '✗',
        Coverage::Exempt => '–',
    }
}

fn names(checks: &[Check]) -> String {
    let one = |check: &Check| match check.occurrences {
        1 => check.name.clone(),
        count => format!("{} ×{count}", check.name),
    };
    let names: Vec<_> = checks.iter().map(one).collect();
    if names.is_empty() { String::new() } else { format!("  {}", names.join(", ")) }
}

fn verdict(comparison: &Comparison) -> String {
    if !comparison.comparable {
        return "\nThe map to compare with has another version; write it anew.\n".to_owned();
    }
    let mut text = format!("\nThe score changed by {:+}.\n", comparison.score_delta);
    for dropped in &comparison.dropped {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {} fell from {} to {}", dropped.id, dropped.before, dropped.after);
    }
    for id in &comparison.new_failing {
        let _ = writeln!(text, "  {id} fails now");
    }
    for worse in &comparison.worsened {
        let _ = writeln!(
            text,
            "  {} has {} {} time(s), {} before",
            worse.id, worse.name, worse.after, worse.before
        );
    }
    if comparison.project_regressed {
        text.push_str("  more findings outside of procedures\n");
    }
    text.push_str(if comparison.regressed {
        "That is a regression; the map was not written.\n"
    } else {
        "No regression.\n"
    });
    text
}

/// The map to compare with, if one is wanted.
fn baseline(arguments: &ScoreArguments, project: &FoundProject) -> Result<Option<Parsed>, CliError> {
    let path = match &arguments.baseline {
        None => return Ok(None),
        Some(None) => artifact(arguments, project),
        Some(Some(path)) => path.clone(),
    };
    let text =
        Disk.read_text(&path).map_err(|source| CliError::MapUnreadable { path: path.clone(), source })?;
    let parsed = parse(&text).map_err(|source| CliError::Map { path, source })?;
    Ok(Some(parsed))
}

fn artifact(arguments: &ScoreArguments, project: &FoundProject) -> PathBuf {
    arguments.out.clone().unwrap_or_else(|| project.location.root.join(ARTIFACT))
}

/// Leaves only one procedure in the maps.
fn narrow(scored: &mut Vec<Scored>, entry: &str) -> Result<(), CliError> {
    let rows = || scored.iter().flat_map(|scored| &scored.map.procedures);
    if !rows().any(|row| row.id == entry) {
        let closest = closest(entry, rows().map(|row| row.id.as_str())).map(str::to_owned);
        return Err(CliError::UnknownProcedure { typed: entry.to_owned(), closest });
    }
    scored.retain(|scored| scored.map.procedures.iter().any(|row| row.id == entry));
    scored.iter_mut().for_each(|scored| scored.map.procedures.retain(|row| row.id == entry));
    Ok(())
}
