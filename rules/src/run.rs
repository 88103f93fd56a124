//! Running all rules over a project.

use std::time::{Duration, Instant};

use lunora_project::access::Indeterminacy;
use lunora_project::{Place, Project};
use lunora_report::Finding;
use rayon::prelude::*;

use crate::context::RuleContext;
use crate::memory::Memory;
use crate::registry;
use crate::settings::RuleSettings;

/// What the rules say about a project.
#[derive(Debug, Default)]
pub struct RuleOutcome {
    /// What they report, rule by rule.
    pub findings: Vec<Finding>,
    /// What could not be judged, in the order of files and places.
    pub indeterminate: Vec<Indeterminate>,
    /// How long each rule took, by name.
    pub timings: Vec<(&'static str, Duration)>,
}

/// A read or write of which something could not be told, or a function that was not followed, so that rules are silent about it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Indeterminate {
    /// The read, the write, or the function.
    pub place: Place,
    /// What could not be told.
    pub reason: Indeterminacy,
}

/// Lets every rule judge a project. The result does not depend on the number of threads.
#[must_use]
pub fn run(project: &Project, settings: &RuleSettings) -> RuleOutcome {
    run_again(project, settings, &mut Memory::default())
}

/// As [`run`], with what is remembered of another version of the project. The result does not depend on it.
#[must_use]
pub fn run_again(project: &Project, settings: &RuleSettings, memory: &mut Memory) -> RuleOutcome {
    // Nothing makes it stop before its end.
    run_unless(project, settings, memory, &|| false).unwrap_or_default()
}

/// As [`run_again`], unless nobody wants to know any more, which is asked between the rules; `None` then.
pub fn run_unless(
    project: &Project,
    settings: &RuleSettings,
    memory: &mut Memory,
    is_abandoned: &(dyn Fn() -> bool + Sync),
) -> Option<RuleOutcome> {
    if is_abandoned() {
        return None;
    }
    let start = Instant::now();
    memory.update(project, settings);
    if is_abandoned() {
        return None;
    }
    let context = RuleContext::new(project, settings, memory);
    let shared = start.elapsed();
    let judged: Option<Vec<(Vec<Finding>, Duration)>> = registry()
        .par_iter()
        .map(|rule| {
            let start = Instant::now();
            let mut findings = Vec::new();
            if is_abandoned() {
                return None;
            }
            (rule.check)(&context, &mut findings);
            Some((findings, start.elapsed()))
        })
        .collect();
    let mut outcome = RuleOutcome {
        indeterminate: indeterminate(project),
        timings: vec![("judging reads", shared)],
        ..RuleOutcome::default()
    };
    for (rule, (findings, time)) in registry().iter().zip(judged?) {
        outcome.findings.extend(findings);
        outcome.timings.push((rule.metadata.name, time));
    }
    Some(outcome)
}

/// Operations that code reaches and that could not be read in full, and functions that were not followed, each once for each reason.
fn indeterminate(project: &Project) -> Vec<Indeterminate> {
    let mut found: Vec<Indeterminate> = Vec::new();
    for read in project.reads.iter().filter(|read| !read.reached_from.is_empty()) {
        for path in &read.paths {
            let reasons = path.unknown.iter().copied();
            found.extend(reasons.map(|reason| Indeterminate { place: read.place, reason }));
        }
    }
    for write in project.writes.iter().filter(|write| !write.reached_from.is_empty()) {
        if !write.is_database_certain {
            found.push(Indeterminate { place: write.place, reason: Indeterminacy::Database });
        } else if !write.is_table_known {
            found.push(Indeterminate { place: write.place, reason: Indeterminacy::Table });
        }
    }
    let unfollowed = project.unfollowed.iter().filter(|function| !function.reached_from.is_empty());
    found.extend(
        unfollowed.map(|function| Indeterminate { place: function.place, reason: Indeterminacy::Limit }),
    );
    found.sort_unstable();
    found.dedup();
    found
}
