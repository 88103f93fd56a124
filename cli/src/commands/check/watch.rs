//! `--watch`: checks again whenever a file changes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use lunora_check::{FoundProject, Judged, judge};
use lunora_source::Disk;
use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::{Run, finish};
use crate::arguments::{CheckArguments, Color};
use crate::error::CliError;
use crate::output::Outcome;

/// Editors write a file in several steps; one check serves them all.
const QUIET: Duration = Duration::from_millis(50);

/// Checks now and after each change, until the process is ended.
///
/// # Errors
/// If the first check cannot run, or files cannot be watched.
pub(super) fn run(arguments: &CheckArguments, color: Color) -> Result<Outcome, CliError> {
    let mut run = Run::start(arguments)?;
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Whoever listened is gone when the process ends.
        let _ = sender.send(event);
    })?;
    for (folder, mode) in folders(&run) {
        watcher.watch(&folder, mode)?;
    }
    draw(run.show(arguments, color)?);
    while let Some(changed) = next(&changes) {
        if changed.iter().any(|path| is_configuration(path)) {
            match Run::start(arguments) {
                Ok(again) => run = again,
                Err(error) => {
                    draw(complaint(&error));
                    continue;
                }
            }
        } else if !run.update(&changed) {
            continue;
        }
        draw(run.show(arguments, color).unwrap_or_else(|error| complaint(&error)));
    }
    Ok(Outcome::default())
}

impl Run {
    /// Prints what is known. Which findings count is decided anew each time.
    fn show(&mut self, arguments: &CheckArguments, color: Color) -> Result<Outcome, CliError> {
        let findings: Vec<_> = self.judged.iter().map(|judged| judged.findings.clone()).collect();
        let outcome = finish(arguments, color, self);
        for (judged, findings) in self.judged.iter_mut().zip(findings) {
            judged.findings = findings;
        }
        outcome
    }

    /// Looks again at the projects; whether any of them can have changed.
    fn update(&mut self, changed: &BTreeSet<PathBuf>) -> bool {
        let paths: Vec<PathBuf> = changed.iter().cloned().collect();
        let mut has_changed = false;
        for (project, judged) in self.found.iter().zip(&mut self.judged) {
            if !paths.iter().any(|path| concerns(path, project, judged)) {
                continue;
            }
            has_changed = true;
            let analysis = lunora_check::analyze_again(&Disk, project, judged.analysis.tree(), &paths);
            *judged = judge(&Disk, project, analysis, &self.names);
        }
        has_changed
    }
}

/// Whether a path can be part of a project: below its root, or a file of it elsewhere.
fn concerns(path: &Path, project: &FoundProject, judged: &Judged) -> bool {
    path.starts_with(&project.location.root)
        || judged.analysis.tree().files.iter().any(|file| file.path == path)
}

/// Everything that changed until it is quiet; `None` if nothing can come any more.
fn next(changes: &Receiver<notify::Result<Event>>) -> Option<BTreeSet<PathBuf>> {
    let mut changed = BTreeSet::new();
    while changed.is_empty() {
        let mut event = changes.recv().ok()?;
        loop {
            if let Ok(event) = event
                && !matches!(event.kind, EventKind::Access(_))
            {
                changed.extend(event.paths.into_iter().filter(|path| is_of_interest(path)));
            }
            match changes.recv_timeout(QUIET) {
                Ok(more) => event = more,
                Err(_) => break,
            }
        }
    }
    Some(changed)
}

fn is_of_interest(path: &Path) -> bool {
    let is_skipped = path.components().any(|component| {
        let name = component.as_os_str();
        name == "node_modules" || name == ".git" || name == ".wrangler"
    });
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    !is_skipped && !name.starts_with(".lunora-advisor-") && !name.ends_with('~')
}

fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with("lunora-advisor.json") || name == "schema.ts" && !path.exists()
}

/// The folders to watch: the Lunora folders with all below them; of others, which may hold a whole front end or `node_modules`, only
/// what lies beside a file that matters.
fn folders(run: &Run) -> BTreeMap<PathBuf, RecursiveMode> {
    let mut folders = BTreeMap::new();
    for (project, judged) in run.found.iter().zip(&run.judged) {
        let files = judged.analysis.tree().files.iter().map(|file| file.path.as_path());
        let parents = files.chain(project.settings.file()).filter_map(Path::parent);
        for folder in parents.chain([project.location.root.as_path()]).filter(|folder| folder.is_dir()) {
            folders.entry(folder.to_owned()).or_insert(RecursiveMode::NonRecursive);
        }
        folders.insert(project.location.lunora_dir.clone(), RecursiveMode::Recursive);
    }
    let recursive: Vec<PathBuf> = folders
        .iter()
        .filter(|(_, mode)| **mode == RecursiveMode::Recursive)
        .map(|(folder, _)| folder.clone())
        .collect();
    folders.retain(|folder, mode| {
        *mode == RecursiveMode::Recursive || !recursive.iter().any(|above| folder.starts_with(above))
    });
    folders
}

fn complaint(error: &CliError) -> Outcome {
    Outcome { stderr: format!("lunora-advisor: {error}\n"), ..Outcome::default() }
}

/// Shows an outcome in place of the one before.
fn draw(outcome: Outcome) {
    let mut stdout = io::stdout().lock();
    let clear: &[u8] = if stdout.is_terminal() { b"\x1b[2J\x1b[3J\x1b[H" } else { b"" };
    // When nobody reads any more there is nothing to draw for.
    let written = stdout
        .write_all(clear)
        .and_then(|()| stdout.write_all(&outcome.stdout))
        .and_then(|()| stdout.flush());
    if written.is_err() {
        std::process::exit(0);
    }
    let _ = io::stderr().lock().write_all(outcome.stderr.as_bytes());
}
