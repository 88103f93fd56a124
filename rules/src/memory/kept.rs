//! What whole rules said, kept for as long as none of the facts changes that they ask about.

use std::sync::Arc;

use lunora_facts::FileId;
use lunora_project::Project;
use lunora_report::Finding;
use rustc_hash::{FxHashMap, FxHashSet};

use super::versions::{changed_files, has_same};
use crate::registry;
use crate::rule::{Fact, Rule};
use crate::settings::RuleSettings;

/// What all rules said in the last pass that came to its end.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    project: Arc<Project>,
    settings: RuleSettings,
    /// Parallel to the registry.
    rules: Vec<Vec<Arc<Finding>>>,
}

impl Kept {
    /// `rules` is what each one said of a version of a project, in the order of the registry.
    pub(crate) fn new(project: Arc<Project>, settings: RuleSettings, rules: Vec<Vec<Arc<Finding>>>) -> Self {
        Self { project, settings, rules }
    }

    /// What is as true of another version of the project, for each rule of the registry.
    pub(crate) fn standing(
        &self,
        project: &Project,
        settings: &RuleSettings,
    ) -> Vec<Option<&[Arc<Finding>]>> {
        let changed =
            changed_files(&self.project.sources, &project.sources).filter(|_| self.settings == *settings);
        let Some(changed) = changed else { return vec![None; self.rules.len()] };
        let mut same: FxHashMap<Fact, bool> = FxHashMap::default();
        let mut has_same =
            |fact: Fact| *same.entry(fact).or_insert_with(|| has_same(fact, &self.project, project));
        let mut stands = |rule: &Rule, findings: &[Arc<Finding>]| {
            rule.needs.iter().all(|fact| has_same(*fact))
                && !findings.iter().any(|finding| is_of_any(finding, &changed))
        };
        let rules = registry().iter().zip(&self.rules);
        rules.map(|(rule, findings)| stands(rule, findings).then_some(findings.as_slice())).collect()
    }
}

/// Whether a finding shows or edits one of some files.
fn is_of_any(finding: &Finding, files: &FxHashSet<FileId>) -> bool {
    let edits = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.file);
    let related = finding.related.iter().map(|related| related.location.file);
    edits.chain(related).chain([finding.primary.file]).any(|file| files.contains(&file))
}
