//! The door to the analyzer: a project as read, linked and judged by the rules.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lunora_project::Project;
use lunora_report::{Finding, RuleMetadata, lunora_config_rules};
use lunora_rules::{Memory, RuleOutcome, RuleSettings};
use lunora_source::{FileSystem, SourceTree, load};

use crate::config::Settings;
use crate::error::CheckError;
use crate::projects::FoundProject;

/// A project that was analysed.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// What is known of it.
    pub project: Arc<Project>,
    /// What the rules say, at their own levels.
    pub findings: Vec<Arc<Finding>>,
    /// How long each rule took.
    pub rule_times: Vec<(&'static str, Duration)>,
    /// How many rules had to be asked, since what they say was not known from an earlier version.
    pub rules_asked: usize,
    /// Why something could not be determined, once for each time.
    pub indeterminate: Vec<String>,
    /// How long each phase took.
    pub phases: Vec<(&'static str, Duration)>,
}

/// Every rule, sorted by name, and what reading `lunora.config.*` can report.
pub fn rules() -> Vec<&'static RuleMetadata> {
    let mut rules: Vec<_> = lunora_rules::registry().iter().map(|rule| rule.metadata).collect();
    rules.extend(lunora_config_rules());
    rules.sort_by_key(|rule| rule.name);
    rules
}

/// The rule that reports useless suppression comments.
pub fn unused_suppression() -> &'static RuleMetadata {
    lunora_rules::unused_suppression()
}

/// Reads and judges a project.
///
/// # Errors
/// If the project cannot be read at all.
pub fn analyze(file_system: &dyn FileSystem, project: &FoundProject) -> Result<Analysis, CheckError> {
    let start = Instant::now();
    let tree = load(file_system, &project.location, &project.options)?;
    Ok(judge(tree, project, start))
}

/// Judges a project again of which some files changed, appeared or vanished.
pub fn analyze_again(
    file_system: &dyn FileSystem,
    project: &FoundProject,
    before: &SourceTree,
    changed: &[PathBuf],
) -> Analysis {
    let start = Instant::now();
    let tree = before.reload(file_system, changed);
    judge(tree, project, start)
}

fn judge(tree: SourceTree, project: &FoundProject, start: Instant) -> Analysis {
    let read = start.elapsed();
    let start = Instant::now();
    let linked = Arc::new(Project::link(Arc::new(tree)));
    let link = start.elapsed();
    let start = Instant::now();
    let outcome = lunora_rules::run(&linked, &rule_settings(&project.settings));
    analysis(linked, outcome, [("read", read), ("link", link), ("judge", start.elapsed())])
}

/// Lets the rules judge a project, with what is remembered of it, after so much time.
pub(crate) fn run_rules(
    linked: Arc<Project>,
    project: &FoundProject,
    memory: &mut Memory,
    [read, link]: [(&'static str, Duration); 2],
) -> Analysis {
    let start = Instant::now();
    let outcome = lunora_rules::run_again(&linked, &rule_settings(&project.settings), memory);
    analysis(linked, outcome, [read, link, ("judge", start.elapsed())])
}

/// As [`run_rules`], unless nobody wants to know any more; `None` then.
pub(crate) fn run_rules_unless(
    linked: Arc<Project>,
    project: &FoundProject,
    memory: &mut Memory,
    [read, link]: [(&'static str, Duration); 2],
    is_abandoned: &(dyn Fn() -> bool + Sync),
) -> Option<Analysis> {
    let start = Instant::now();
    let settings = rule_settings(&project.settings);
    let outcome = lunora_rules::run_unless(&linked, &settings, memory, is_abandoned)?;
    Some(analysis(linked, outcome, [read, link, ("judge", start.elapsed())]))
}

fn analysis(project: Arc<Project>, outcome: RuleOutcome, phases: [(&'static str, Duration); 3]) -> Analysis {
    let RuleOutcome { findings, indeterminate, timings, asked } = outcome;
    Analysis {
        project,
        findings,
        rule_times: timings,
        rules_asked: asked,
        indeterminate: indeterminate.iter().map(|entry| entry.reason.reason().to_owned()).collect(),
        phases: phases.into(),
    }
}

impl Analysis {
    /// What was read.
    pub fn tree(&self) -> &SourceTree {
        &self.project.sources
    }

    /// How many procedures are registered.
    pub fn procedures(&self) -> usize {
        self.project.procedures.iter().filter(|procedure| procedure.is_registered()).count()
    }
}

fn rule_settings(settings: &Settings) -> RuleSettings {
    let tables = settings.config.tables.iter();
    RuleSettings {
        expected_rows: tables
            .filter_map(|(name, table)| Some((name.clone(), table.expected_rows?)))
            .collect(),
    }
}
