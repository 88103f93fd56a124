//! Checks findings by running the project's own code on generated rows, before and after their fixes.
//!
//! [`verify`] takes a linked project and what the rules say of it. For each finding it knows what the [claim](claims) is, finds the
//! procedures that come to its place, runs them in the engine on rows made from the schema, and looks at what SQLite did there. Then it
//! applies the first fix of the finding in memory and runs the same again. What comes of it is [`Evidence`]: the claim is proved, it is
//! refuted, or it could not be checked, with the reason.
//!
//! The engine knows nothing of the analyzer, so a proof is the word of a second witness. Nothing here depends on time, on the number of
//! threads or on where the project lies: the same project, rows and seed give the same evidence.

mod bench;
mod claims;
mod endless;
mod fixed;
mod lab;
mod loops;
mod privileges;
mod reads;
mod schema;
mod seen;
mod subject;
mod throws;
mod words;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use lunora_project::Project;
use lunora_report::{Dataset, Evidence, Finding};
use lunora_source::FileSystem;

use crate::bench::{Bench, Desk, KnownUsers};
use crate::claims::{Claim, claim_of};
use crate::subject::Subject;

/// Groups of findings that are judged one after the other by what is loaded once: so that there are so many chunks of them, whatever the
/// number of threads.
const CHUNKS: usize = 32;

/// How much is generated, and from what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VerifyOptions {
    /// How many rows the table of a finding gets. Other tables get fewer.
    pub rows: usize,
    /// Where rows, arguments and ids come from.
    pub seed: u64,
}

impl Default for VerifyOptions {
    fn default() -> Self {
        Self { rows: 10_000, seed: 1 }
    }
}

/// Checks findings of a project, in parallel; gives evidence for each, in their order. `file_system` is the one that the project was read
/// from. `done` is called after each finding.
#[must_use]
pub fn verify(
    file_system: &dyn FileSystem,
    project: &Project,
    findings: &[&Finding],
    options: VerifyOptions,
    done: &(dyn Fn() + Sync),
) -> Vec<Evidence> {
    let dataset = Dataset { rows: options.rows, seed: options.seed };
    let mut evidence: Vec<Option<Evidence>> = findings.iter().map(|_| None).collect();
    // Findings about one table share its rows.
    let mut groups: BTreeMap<Vec<String>, Vec<(usize, Claim, Subject)>> = BTreeMap::new();
    for (position, finding) in findings.iter().enumerate() {
        match claim_of(finding.rule.name) {
            Claim::NotRun(reason) => {
                if let Some(slot) = evidence.get_mut(position) {
                    *slot = Some(Evidence::not_verifiable(reason, dataset));
                }
                done();
            }
            claim => {
                let subject = Subject::of(project, finding);
                groups.entry(subject.tables.clone()).or_default().push((position, claim, subject));
            }
        }
    }
    let users = KnownUsers::new();
    let groups: Vec<Vec<(usize, Claim, Subject)>> = groups.into_values().collect();
    let next = AtomicUsize::new(0);
    let chunks: Vec<&[_]> = groups.chunks(groups.len().div_ceil(CHUNKS).max(1)).collect();
    // One desk for each thread, since it takes long to set up.
    let judged = rayon::broadcast(|_| {
        let (mut desk, mut judged) = (Desk::default(), Vec::new());
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            desk.clear();
            for group in *chunk {
                let mut bench = Bench::new(file_system, project, options, &mut desk, &users);
                for (position, claim, subject) in group {
                    if let Some(finding) = findings.get(*position) {
                        judged.push((*position, judge(&mut bench, finding, *claim, subject)));
                        done();
                    }
                }
            }
        }
        judged
    });
    for (position, judged) in judged.into_iter().flatten() {
        if let Some(slot) = evidence.get_mut(position) {
            *slot = Some(judged);
        }
    }
    evidence
        .into_iter()
        .map(|one| one.unwrap_or_else(|| Evidence::not_verifiable("it was not looked at", dataset)))
        .collect()
}

fn judge(bench: &mut Bench<'_>, finding: &Finding, claim: Claim, subject: &Subject) -> Evidence {
    let judged = match claim {
        Claim::NotRun(reason) => Err(reason.to_owned()),
        Claim::Read(kind) => reads::judge(bench, finding, subject, kind),
        Claim::Repeats => loops::repeats(bench, subject),
        Claim::WritesEach => loops::writes_each(bench, subject),
        Claim::NeverEnds => endless::never_ends(bench, subject),
        Claim::LeadsBack => endless::leads_back(bench, finding),
        Claim::Probes => loops::probes(bench, finding, subject),
        Claim::Throws => throws::throws(bench, finding, subject),
        Claim::FindsNothing => throws::finds_nothing(bench, finding, subject),
        Claim::Lookup => schema::lookup(bench, finding, subject),
        Claim::DuplicateIndex => schema::duplicate(bench, finding, subject),
        Claim::UnusedIndex => schema::unused(bench, finding, subject),
    };
    judged.unwrap_or_else(|reason| Evidence::not_verifiable(reason, bench.dataset()))
}
