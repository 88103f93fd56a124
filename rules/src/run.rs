//! Running all rules over a project.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lunora_project::access::Indeterminacy;
use lunora_project::{Place, Project};
use lunora_report::Finding;
use rayon::prelude::*;

use crate::context::RuleContext;
use crate::memory::{Kept, Memory};
use crate::registry;
use crate::rule::{Findings, Rule};
use crate::rules;
use crate::settings::RuleSettings;

/// What the rules say about a project.
#[derive(Debug, Default)]
pub struct RuleOutcome {
    /// What they report, rule by rule.
    pub findings: Vec<Arc<Finding>>,
    /// What could not be judged, in the order of files and places.
    pub indeterminate: Vec<Indeterminate>,
    /// How long each rule took, by name.
    pub timings: Vec<(&'static str, Duration)>,
    /// How many rules had to be asked: of the others it was known what they say.
    pub asked: usize,
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
    // Nothing makes it stop before its end.
    pass(project, settings, &mut Memory::default(), &|| false)
        .map(|pass| pass.outcome(project))
        .unwrap_or_default()
}

/// As [`run`], with what is remembered of another version of the project. The result does not depend on it.
#[must_use]
pub fn run_again(project: &Arc<Project>, settings: &RuleSettings, memory: &mut Memory) -> RuleOutcome {
    run_unless(project, settings, memory, &|| false).unwrap_or_default()
}

/// As [`run_again`], unless nobody wants to know any more, which is asked between the rules; `None` then.
pub fn run_unless(
    project: &Arc<Project>,
    settings: &RuleSettings,
    memory: &mut Memory,
    is_abandoned: &(dyn Fn() -> bool + Sync),
) -> Option<RuleOutcome> {
    let pass = pass(project, settings, memory, is_abandoned)?;
    let said = pass.rules.iter().map(|said| said.findings.clone()).collect();
    memory.keep(Kept::new(Arc::clone(project), settings.clone(), said));
    Some(pass.outcome(project))
}

/// What came of asking all rules.
struct Pass {
    /// How long it took to judge reads and writes for all of them.
    shared: Duration,
    /// Parallel to the registry.
    rules: Vec<Said>,
}

/// What a rule said.
struct Said {
    findings: Vec<Arc<Finding>>,
    time: Duration,
    /// Whether it had not to be asked again.
    is_kept: bool,
}

fn pass(
    project: &Project,
    settings: &RuleSettings,
    memory: &mut Memory,
    is_abandoned: &(dyn Fn() -> bool + Sync),
) -> Option<Pass> {
    if is_abandoned() {
        return None;
    }
    let start = Instant::now();
    memory.update(project, settings);
    if is_abandoned() {
        return None;
    }
    let context = RuleContext::new(project, settings, memory);
    let standing = memory.kept().map(|kept| kept.standing(project, settings)).unwrap_or_default();
    let shared = start.elapsed();
    let ask = |(position, rule): (usize, &Rule)| {
        let start = Instant::now();
        if let Some(kept) = standing.get(position).copied().flatten() {
            return Some(Said { findings: kept.to_vec(), time: start.elapsed(), is_kept: true });
        }
        if is_abandoned() {
            return None;
        }
        let mut findings = Findings::default();
        (rule.check)(&context, &mut findings);
        Some(Said { findings: findings.into_vec(), time: start.elapsed(), is_kept: false })
    };
    // Each is a piece of work of its own: the dear ones may stand next to each other.
    let rules = registry().par_iter().enumerate().with_max_len(1);
    let rules: Option<Vec<Said>> = rules.map(|(position, rule)| ask((position, rule))).collect();
    Some(Pass { shared, rules: rules? })
}

impl Pass {
    fn outcome(self, project: &Project) -> RuleOutcome {
        let mut outcome = RuleOutcome {
            indeterminate: indeterminate(project),
            timings: vec![("judging reads", self.shared)],
            asked: self.rules.iter().filter(|said| !said.is_kept).count(),
            ..RuleOutcome::default()
        };
        for (rule, said) in registry().iter().zip(self.rules) {
            let mut findings = said.findings;
            // Of a file that does not parse, nothing else is said: what is missing may make it wrong.
            if rule.metadata != rules::PARSE_ERROR.metadata {
                findings.retain(|finding| project.is_read(finding.primary.file));
            }
            outcome.findings.extend(findings);
            outcome.timings.push((rule.metadata.name, said.time));
        }
        outcome
    }
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
