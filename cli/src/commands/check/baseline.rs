//! Findings that were known before: `--baseline`, `--write-baseline`, `--prune-baseline`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use lunora_check::{CheckError, FoundProject, Judged, mark, paths, read_baseline, root_of_baseline};
use lunora_report::{Baseline, BaselineEntry};

use crate::arguments::CheckArguments;
use crate::error::CliError;
use crate::files::write_atomically;

/// How many entries that no longer occur are named.
const MAX_NAMED: usize = 20;

/// Marks the findings that were known before. Returns what there is to say about the baselines.
///
/// # Errors
/// If a baseline cannot be read or written, or one is to be pruned and there is none. Then no file was changed.
pub(super) fn apply(
    arguments: &CheckArguments,
    found: &[FoundProject],
    judged: &mut [Judged],
) -> Result<String, CliError> {
    if let Some(path) = &arguments.write_baseline {
        let baseline = recorded(path, found, judged)?;
        write_atomically(path, baseline.to_text().as_bytes())?;
        for (project, judged) in found.iter().zip(judged) {
            mark(&baseline, &root_of_baseline(path)?, project, judged);
        }
        let count: usize = baseline.entries().map(|(_, count)| count).sum();
        return Ok(format!("{}: wrote {count} finding(s).\n", path.display()));
    }
    let mut by_file: BTreeMap<PathBuf, Vec<(&FoundProject, &mut Judged)>> = BTreeMap::new();
    for (project, judged) in found.iter().zip(judged) {
        if let Some(path) = arguments.baseline.clone().or_else(|| project.settings.baseline()) {
            by_file.entry(path).or_default().push((project, judged));
        }
    }
    if arguments.prune_baseline && by_file.is_empty() {
        return Err(CliError::NoBaseline);
    }
    let mut read = Vec::new();
    for (path, projects) in by_file {
        read.push((read_baseline(&path)?, root_of_baseline(&path)?, path, projects));
    }
    let mut messages = String::new();
    for (baseline, folder, path, projects) in read {
        messages.push_str(&hold(baseline, &folder, &path, projects, arguments.prune_baseline)?);
    }
    Ok(messages)
}

/// Holds one baseline against its projects.
fn hold(
    mut baseline: Baseline,
    folder: &Path,
    path: &Path,
    projects: Vec<(&FoundProject, &mut Judged)>,
    prune: bool,
) -> Result<String, CliError> {
    let mut stale: Vec<(BaselineEntry, usize)> = Vec::new();
    let mut current = Baseline::default();
    let mut judged_names = Vec::new();
    for (project, judged) in projects {
        let outcome = mark(&baseline, folder, project, judged);
        // While a file does not parse, what is missing may only be unseen.
        if judged.is_whole() {
            judged_names.push(paths::relative(folder, &project.location.root));
            stale.extend(outcome.stale);
            current.extend(outcome.current);
        }
    }
    let before = baseline.clone();
    baseline.split_off(|project| !judged_names.iter().any(|name| name == project));
    let gone = baseline.split_off(|project| folder.join(project).is_dir());
    current.extend(baseline);
    stale.extend(gone.entries().map(|(entry, count)| (entry.clone(), count)));
    if prune {
        if current != before {
            write_atomically(path, current.to_text().as_bytes())?;
        }
        let count: usize = stale.iter().map(|(_, count)| count).sum();
        return Ok(format!("{}: removed {count} finding(s) that no longer occur.\n", path.display()));
    }
    Ok(complaint(path, &stale))
}

/// The findings of this run, with the entries of projects that are not part of it.
fn recorded(path: &Path, found: &[FoundProject], judged: &[Judged]) -> Result<Baseline, CliError> {
    let mut baseline = match read_baseline(path) {
        Err(CheckError::BaselineUnreadable { source, .. }) if source.kind() == ErrorKind::NotFound => {
            Baseline::default()
        }
        read => read?,
    };
    let folder = root_of_baseline(path)?;
    let names: Vec<String> =
        found.iter().map(|project| paths::relative(&folder, &project.location.root)).collect();
    baseline.split_off(|project| !names.iter().any(|name| name == project) && folder.join(project).is_dir());
    for (name, judged) in names.iter().zip(judged) {
        judged.findings.iter().filter(|one| one.is_shown()).for_each(|one| baseline.add(name, one));
    }
    Ok(baseline)
}

fn complaint(path: &Path, stale: &[(BaselineEntry, usize)]) -> String {
    if stale.is_empty() {
        return String::new();
    }
    let count: usize = stale.iter().map(|(_, count)| count).sum();
    let mut text = format!(
        "{}: {count} finding(s) no longer occur; remove them with --prune-baseline:\n",
        path.display()
    );
    for (entry, count) in stale.iter().take(MAX_NAMED) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {} {} ({count})", entry.project, entry.key);
    }
    if stale.len() > MAX_NAMED {
        let _ = writeln!(text, "  and {} more", stale.len() - MAX_NAMED);
    }
    text
}
