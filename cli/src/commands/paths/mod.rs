//! stub
use crate::arguments::PathsArguments;
use crate::error::CliError;
use crate::output::Outcome;
pub(crate) fn run(_arguments: &PathsArguments) -> Result<Outcome, CliError> {
    Ok(Outcome::default())
}
