//! `lunora-advisor lsp`: serve an editor.

use std::sync::Arc;

use lunora_check::start_threads;
use lunora_lsp::{Ending, Printers, ProjectView, serve_stdio};
use lunora_report::Finding;
use lunora_source::FileSystem;
use lunora_verify::{VerifyOptions, verify};
use serde_json::Value;

use super::linked::{Focus, LinkedProject};
use super::{graph, paths};

use crate::error::CliError;
use crate::output::Outcome;

/// What the commands `graph` and `paths` print, for editors.
const PRINTERS: Printers =
    Printers { graph: graph_of, access_paths: access_paths_of, verify: verify_findings };

/// Serves an editor until it says `exit` or goes away; without `shutdown` before, that is a failure.
pub(super) fn run() -> Result<Outcome, CliError> {
    start_threads(None)?;
    let ending = serve_stdio(PRINTERS).map_err(CliError::Serve)?;
    Ok(Outcome { has_failed: ending == Ending::Abrupt, ..Outcome::default() })
}

fn graph_of(view: &ProjectView) -> Value {
    graph::project_json(&linked(view))
}

fn access_paths_of(view: &ProjectView, table: Option<&str>) -> String {
    let focus = Focus { table: table.map(str::to_owned), ..Focus::default() };
    paths::project_text(&linked(view), focus)
}

fn verify_findings(file_system: &dyn FileSystem, view: &ProjectView, findings: &[&Finding]) -> Vec<String> {
    let evidence = verify(file_system, view.project(), findings, VerifyOptions::default(), &|| {});
    evidence.into_iter().map(|evidence| evidence.summary).collect()
}

fn linked(view: &ProjectView) -> LinkedProject {
    LinkedProject::new(".".to_owned(), Arc::clone(&view.judged.analysis.project))
}
