//! What was said of costly reads, kept for as long as all that it depends on stays as it is.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use lunora_facts::FileId;
use lunora_project::access::Read;
use lunora_project::index_plan::KnownPlans;
use lunora_project::{Procedure, ProcedureId, Project, Shared};
use lunora_report::{Finding, RuleMetadata};
use lunora_source::SourceTree;
use rustc_hash::FxHashSet;

use super::versions::changed_files;
use crate::reads::Verdict;
use crate::settings::RuleSettings;

/// The findings about what reads cost. Each costly read is the matter of one rule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    grounds: Option<Grounds>,
    /// Parallel to [`Project::reads`].
    findings: Vec<OnceLock<Known>>,
}

/// What findings depend on beside the schema. A finding about a read names procedures that reach it, its tables' plans, and code.
#[derive(Clone, Debug)]
struct Grounds {
    sources: Arc<SourceTree>,
    reads: Shared<Read>,
    procedures: Shared<Procedure>,
    scheduled: FxHashSet<ProcedureId>,
    settings: RuleSettings,
}

/// A finding with what it depends on beyond its read.
#[derive(Clone, Debug)]
struct Known {
    finding: Arc<Finding>,
    tables: Vec<String>,
    /// Sorted.
    files: Vec<FileId>,
}

/// What differs between two versions of a project.
struct Changes<'a> {
    before: &'a Grounds,
    now: &'a Grounds,
    files: FxHashSet<FileId>,
    plans: &'a KnownPlans,
}

impl Said {
    /// Forgets what may not be true of a version of the project. `plans` are those of that version.
    pub(super) fn update(&mut self, project: &Project, settings: &RuleSettings, plans: &KnownPlans) {
        let now = Grounds::of(project, settings);
        let before = self.grounds.take();
        let changes = before.as_ref().and_then(|before| Changes::between(before, &now, plans));
        match changes {
            Some(changes) => {
                for (position, slot) in self.findings.iter_mut().enumerate() {
                    if slot.get().is_some_and(|known| !changes.leave(position, known)) {
                        slot.take();
                    }
                }
            }
            None => self.findings = project.reads.iter().map(|_| OnceLock::new()).collect(),
        }
        self.grounds = Some(now);
    }

    /// What a rule says of a costly read, given by its position: as it was said before, or else as `say` says it now.
    pub(crate) fn of_read(
        &self,
        rule: &RuleMetadata,
        (position, read, verdict): (usize, &Read, &Verdict),
        say: impl FnOnce() -> Option<Finding>,
    ) -> Option<Arc<Finding>> {
        let slot = self.findings.get(position)?;
        if let Some(known) = slot.get() {
            return (known.finding.rule.name == rule.name).then(|| Arc::clone(&known.finding));
        }
        let finding = Arc::new(say()?);
        let known = Known::new(Arc::clone(&finding), read, verdict);
        // Nobody else says anything of this read.
        let _ = slot.set(known);
        Some(finding)
    }

    /// The procedures that cron jobs name.
    pub(crate) fn scheduled(&self) -> Option<&FxHashSet<ProcedureId>> {
        self.grounds.as_ref().map(|grounds| &grounds.scheduled)
    }
}

impl Known {
    fn new(finding: Arc<Finding>, read: &Read, verdict: &Verdict) -> Self {
        let edits = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.file);
        let related = finding.related.iter().map(|related| related.location.file);
        let files: BTreeSet<FileId> =
            read.files().chain(edits).chain(related).chain([finding.primary.file]).collect();
        Self { tables: verdict.tables.clone(), files: files.into_iter().collect(), finding }
    }
}

impl Grounds {
    fn of(project: &Project, settings: &RuleSettings) -> Self {
        Self {
            sources: Arc::clone(&project.sources),
            reads: project.reads.clone(),
            procedures: project.procedures.clone(),
            scheduled: scheduled(project),
            settings: settings.clone(),
        }
    }
}

impl<'a> Changes<'a> {
    /// `None` if anything may differ.
    fn between(before: &'a Grounds, now: &'a Grounds, plans: &'a KnownPlans) -> Option<Self> {
        let is_comparable = before.reads.len() == now.reads.len()
            && before.scheduled == now.scheduled
            && before.settings == now.settings
            && have_same_names(&before.procedures, &now.procedures);
        let files = changed_files(&before.sources, &now.sources).filter(|_| is_comparable)?;
        Some(Self { before, now, files, plans })
    }

    /// Whether a finding about a read is still true.
    fn leave(&self, position: usize, known: &Known) -> bool {
        let (before, now) =
            (self.before.reads.as_arcs().get(position), self.now.reads.as_arcs().get(position));
        let is_same_read = before.zip(now).is_some_and(|(before, now)| Arc::ptr_eq(before, now));
        is_same_read
            && known.tables.iter().all(|table| self.plans.has_kept(table))
            && !known.files.iter().any(|file| self.files.contains(file))
            && now
                .is_some_and(|read| read.reached_from.iter().all(|way| self.is_same_procedure(way.procedure)))
    }

    fn is_same_procedure(&self, id: ProcedureId) -> bool {
        let procedure = |grounds: &'a Grounds| grounds.procedures.as_arcs().get(id.0 as usize);
        procedure(self.before).zip(procedure(self.now)).is_some_and(|(before, now)| Arc::ptr_eq(before, now))
    }
}

fn have_same_names(before: &Shared<Procedure>, now: &Shared<Procedure>) -> bool {
    let mut pairs = before.as_arcs().iter().zip(now.as_arcs());
    before.len() == now.len()
        && pairs.all(|(before, now)| Arc::ptr_eq(before, now) || before.name == now.name)
}

fn scheduled(project: &Project) -> FxHashSet<ProcedureId> {
    project
        .dispatches
        .iter()
        .filter(|dispatch| dispatch.method == "cron")
        .filter_map(|dispatch| project.resolve_target(&dispatch.target))
        .collect()
}
