//! One module a subcommand.

mod changes;
mod check;
mod completions;
mod describe;
mod explain;
#[cfg(test)]
mod fixture;
mod graph;
mod indexes;
mod init;
mod linked;
mod lsp;
mod man;
mod paths;
mod rules;
mod run;
mod score;
mod statistics;
mod verify;

use lunora_check::config;
use serde::Serialize;

use crate::arguments::{Arguments, Command};
use crate::error::CliError;
use crate::output::Outcome;

/// Runs the command that the arguments name.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, CliError> {
    match &arguments.command {
        Command::Check(check) => check::run(check, arguments.color),
        Command::Verify(verify) => verify::run(verify),
        Command::Run(run) => run::run(run),
        Command::Score(score) => score::run(score),
        Command::Init(init) => init::run(init),
        Command::Explain(explain) => explain::run(explain),
        Command::Rules(rules) => rules::run(rules),
        Command::Graph(graph) => graph::run(graph),
        Command::Paths(paths) => paths::run(paths),
        Command::Indexes(indexes) => indexes::run(indexes),
        Command::Lsp => lsp::run(),
        Command::ConfigSchema => json(&config::json_schema(&lunora_check::rules())),
        Command::Completions(completions) => Ok(completions::run(completions)),
        Command::Man => man::run(),
    }
}

/// Prints a value as an indented JSON document.
fn json(value: &impl Serialize) -> Result<Outcome, CliError> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| CliError::Format(error.to_string()))?;
    text.push(b'\n');
    Ok(Outcome::text(text))
}
