//! `lunora-advisor completions`: a script that teaches a shell our arguments.

use clap::CommandFactory;

use crate::arguments::{Arguments, CompletionsArguments};
use crate::output::Outcome;

/// Prints the script.
pub(crate) fn run(arguments: &CompletionsArguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "lunora-advisor", &mut script);
    Outcome::text(script)
}
