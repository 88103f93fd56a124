//! `lunora-advisor paths`.

use crate::analysis;
use crate::arguments::PathsArguments;
use crate::error::CliError;
use crate::output::Outcome;
use crate::projects;

/// Prints what the arguments ask for.
pub(crate) fn run(arguments: &PathsArguments) -> Result<Outcome, CliError> {
    let found = projects::find(&arguments.project, &analysis::rules())?;
    Err(CliError::Format(format!(
        "`paths` is not built yet ({:?}, {:?}, {:?}, {})",
        arguments.format,
        arguments.table,
        arguments.procedure,
        found.len()
    )))
}
