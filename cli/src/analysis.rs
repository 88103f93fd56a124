//! The door to the analyzer: a project as read, linked and judged by the rules.

use std::time::{Duration, Instant};

use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use lunora_source::{Disk, SourceTree, load};

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
    vec![&UNUSED_SUPPRESSION]
}

/// The rule that reports useless suppression comments.
pub(crate) fn unused_suppression() -> &'static RuleMetadata {
    &UNUSED_SUPPRESSION
}

/// Reads and judges a project.
///
/// # Errors
/// If the project cannot be read at all.
pub(crate) fn analyze(project: &FoundProject) -> Result<Analysis, CliError> {
    let start = Instant::now();
    let tree = load(&Disk, &project.location, &project.options)?;
    let read = start.elapsed();
    Ok(Analysis {
        tree,
        tables: 0,
        procedures: 0,
        findings: Vec::new(),
        rule_times: Vec::new(),
        indeterminate: Vec::new(),
        phases: vec![("read", read)],
    })
}

/// Stands here until the rules crate has its registry.
static UNUSED_SUPPRESSION: RuleMetadata = RuleMetadata {
    name: "unused_suppression",
    title: "Unused suppression",
    level: Level::Warn,
    categories: &[Category::Schema],
    facing: Facing::Internal,
    description: "A suppression comment lacks a reason, names an unknown rule, or suppresses nothing.",
    docs: "# Unused suppression\n",
    fix: FixAvailability::Sometimes,
};
