//! The door to the analyzer: a project as read, linked and judged by the rules.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lunora_project::Project;
use lunora_report::{Finding, RuleMetadata};
use lunora_rules::{RuleOutcome, RuleSettings};
use lunora_source::{Disk, SourceTree, load};

use crate::config::Settings;
use crate::error::CliError;
use crate::projects::FoundProject;

/// A project that was analysed.
#[derive(Debug)]
pub(crate) struct Analysis {
    /// What was read.
    pub(crate) tree: SourceTree,
    /// How many tables the schema has.
    pub(crate) tables: usize,
    /// How many procedures are registered.
    pub(crate) procedures: usize,
    /// What the rules say, at their own levels.
    pub(crate) findings: Vec<Finding>,
    /// How long each rule took.
    pub(crate) rule_times: Vec<(&'static str, Duration)>,
    /// Why something could not be determined, once for each time.
    pub(crate) indeterminate: Vec<String>,
    /// How long each phase took.
    pub(crate) phases: Vec<(&'static str, Duration)>,
}

/// Every rule, sorted by name.
pub(crate) fn rules() -> Vec<&'static RuleMetadata> {
    lunora_rules::registry().iter().map(|rule| rule.metadata).collect()
}

/// The rule that reports useless suppression comments.
pub(crate) fn unused_suppression() -> &'static RuleMetadata {
    lunora_rules::unused_suppression()
}

/// Reads and judges a project.
///
/// # Errors
/// If the project cannot be read at all.
pub(crate) fn analyze(project: &FoundProject) -> Result<Analysis, CliError> {
    let start = Instant::now();
    let tree = load(&Disk, &project.location, &project.options)?;
    let read = start.elapsed();

    let start = Instant::now();
    let linked = Project::link(Arc::new(tree));
    let link = start.elapsed();

    let start = Instant::now();
    let RuleOutcome { findings, indeterminate, timings } =
        lunora_rules::run(&linked, &rule_settings(&project.settings));
    let judge = start.elapsed();

    let procedures = linked.procedures.iter();
    Ok(Analysis {
        tables: linked.schema.tables.len(),
        procedures: procedures.filter(|procedure| procedure.is_registered()).count(),
        findings,
        rule_times: timings,
        indeterminate: indeterminate.iter().map(|entry| entry.reason.reason().to_owned()).collect(),
        phases: vec![("read", read), ("link", link), ("judge", judge)],
        tree: Arc::unwrap_or_clone(linked.sources),
    })
}

fn rule_settings(settings: &Settings) -> RuleSettings {
    let tables = settings.config.tables.iter();
    RuleSettings {
        expected_rows: tables
            .filter_map(|(name, table)| Some((name.clone(), table.expected_rows?)))
            .collect(),
    }
}
