//! `indexes --fix` and `--diff`: from the declared indexes to the planned ones.

use std::sync::Arc;

use lunora_check::{Judged, LiveProject, index_steps};
use lunora_report::{Applicability, Fix};
use lunora_source::Disk;

use super::super::changes::Changes;
use crate::arguments::IndexesArguments;
use crate::error::CliError;
use crate::output::Outcome;

/// Changes the indexes, and says what was done and what is left to be asked for.
///
/// # Errors
/// If a project cannot be read, or a file cannot be written.
pub(super) fn fix(arguments: &IndexesArguments) -> Result<String, CliError> {
    let mut projects = open(arguments)?;
    let before: Vec<Arc<Judged>> = projects.iter().map(|live| Arc::clone(live.current())).collect();
    let changes = changes(arguments, &mut projects);
    if !changes.is_empty() {
        changes.write(before.iter().map(Arc::as_ref))?;
        changes.look_again(&mut projects);
    }
    Ok(described(&changes, "Made", &unsafe_steps(arguments, &projects)))
}

/// Prints what `fix` would change.
///
/// # Errors
/// If a project or one of its files cannot be read.
pub(super) fn diff(arguments: &IndexesArguments) -> Result<Outcome, CliError> {
    let mut projects = open(arguments)?;
    let left = unsafe_steps(arguments, &projects);
    let changes = changes(arguments, &mut projects);
    let diff = changes.diff(&lunora_check::working_directory()?)?;
    Ok(Outcome { stderr: described(&changes, "Would make", &left), ..Outcome::text(diff) })
}

fn open(arguments: &IndexesArguments) -> Result<Vec<LiveProject>, CliError> {
    let found = arguments.project.find(&Disk)?;
    Ok(found.into_iter().map(|project| LiveProject::open(&Disk, project)).collect::<Result<_, _>>()?)
}

fn changes(arguments: &IndexesArguments, projects: &mut [LiveProject]) -> Changes {
    Changes::indexing(projects, arguments.table.as_deref(), arguments.unsafe_fixes)
}

/// Steps that are taken only if that is asked for, each with the reason. None if it is.
fn unsafe_steps(arguments: &IndexesArguments, projects: &[LiveProject]) -> Vec<String> {
    if arguments.unsafe_fixes {
        return Vec::new();
    }
    let table = arguments.table.as_deref();
    let steps = projects.iter().flat_map(|live| index_steps(&live.current().analysis.project, table));
    let is_safe = |fix: &Fix| fix.applicability == Applicability::Safe;
    let open = steps.filter(|step| !step.fixes.iter().any(is_safe));
    open.filter_map(|step| match step.fixes.first()? {
        Fix { title, applicability: Applicability::Unsafe { reason }, .. } => {
            Some(format!("{title}: {reason}"))
        }
        Fix { .. } => None,
    })
    .collect()
}

fn described(changes: &Changes, done: &str, left: &[String]) -> String {
    let mut text: String = changes.titles().iter().map(|title| format!("{title}\n")).collect();
    text.push_str(&changes.summary(done, "change"));
    for step in left {
        text.push_str(&format!("left to --unsafe-fixes: {step}\n"));
    }
    text
}
