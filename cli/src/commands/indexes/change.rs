//! `indexes --fix` and `--diff`: from the declared indexes to the planned ones.

use lunora_check::{FoundProject, Judged, analyze, index_steps, judge};
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
    let start = Start::of(arguments)?;
    let changes = start.changes(arguments);
    if !changes.is_empty() {
        changes.write(&start.judged)?;
    }
    let left = Start::of(arguments)?.unsafe_steps(arguments);
    Ok(described(&changes, "Made", &left))
}

/// Prints what `fix` would change.
///
/// # Errors
/// If a project or one of its files cannot be read.
pub(super) fn diff(arguments: &IndexesArguments) -> Result<Outcome, CliError> {
    let start = Start::of(arguments)?;
    let changes = start.changes(arguments);
    let diff = changes.diff(&lunora_check::working_directory()?)?;
    let stderr = described(&changes, "Would make", &start.unsafe_steps(arguments));
    Ok(Outcome { stderr, ..Outcome::text(diff) })
}

/// The projects before they are changed.
struct Start {
    rules: Vec<&'static str>,
    found: Vec<FoundProject>,
    judged: Vec<Judged>,
}

impl Start {
    fn of(arguments: &IndexesArguments) -> Result<Self, CliError> {
        let rules: Vec<&'static str> = lunora_check::rules().iter().map(|rule| rule.name).collect();
        let found = arguments.project.find(&Disk)?;
        let judged = found
            .iter()
            .map(|project| Ok(judge(&Disk, project, analyze(&Disk, project)?, &rules)))
            .collect::<Result<_, CliError>>()?;
        Ok(Self { rules, found, judged })
    }

    fn changes(&self, arguments: &IndexesArguments) -> Changes {
        let table = arguments.table.as_deref();
        Changes::indexing(&self.found, &self.judged, &self.rules, table, arguments.unsafe_fixes)
    }

    /// Steps that are taken only if that is asked for, each with the reason. None if it is.
    fn unsafe_steps(&self, arguments: &IndexesArguments) -> Vec<String> {
        let is_safe = |fix: &Fix| fix.applicability == Applicability::Safe;
        let judged = self.judged.iter().filter(|_| !arguments.unsafe_fixes);
        let steps =
            judged.flat_map(|judged| index_steps(&judged.analysis.project, arguments.table.as_deref()));
        let open = steps.filter(|step| !step.fixes.iter().any(is_safe));
        open.filter_map(|step| match step.fixes.first()? {
            Fix { title, applicability: Applicability::Unsafe { reason }, .. } => {
                Some(format!("{title}: {reason}"))
            }
            Fix { .. } => None,
        })
        .collect()
    }
}

fn described(changes: &Changes, done: &str, left: &[String]) -> String {
    let mut text: String = changes.titles().iter().map(|title| format!("{title}\n")).collect();
    text.push_str(&changes.summary(done, "change"));
    for step in left {
        text.push_str(&format!("left to --unsafe-fixes: {step}\n"));
    }
    text
}
