//! `lunora-advisor lsp`: serve an editor.

use lunora_check::start_threads;
use lunora_lsp::{Ending, serve_stdio};

use crate::error::CliError;
use crate::output::Outcome;

/// Serves an editor until it says `exit` or goes away; without `shutdown` before, that is a failure.
pub(super) fn run() -> Result<Outcome, CliError> {
    start_threads(None)?;
    let ending = serve_stdio().map_err(CliError::Serve)?;
    Ok(Outcome { has_failed: ending == Ending::Abrupt, ..Outcome::default() })
}
