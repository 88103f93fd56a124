//! A project that is linked again and again while its files change.

use std::sync::{Arc, OnceLock};

use lunora_facts::FileId;
use lunora_source::{SourceFile, SourceTree};
use rustc_hash::FxHashSet;

use super::assemble::{Numbering, unread_files};
use super::evaluated::Evaluated;
use super::names::FileNames;
use crate::project::Project;

/// A project over edits: what is linked after any sequence of updates is what linking the same files anew gives.
#[derive(Debug)]
pub struct Linker {
    evaluated: Evaluated,
    numbering: Numbering,
    project: Arc<Project>,
}

/// What an update had to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LinkWork {
    /// How many groups of files were evaluated again.
    pub evaluated: usize,
    /// Whether the schema was.
    pub is_schema_new: bool,
    /// Whether all procedures were numbered anew, since some came, went or moved.
    pub is_renumbered: bool,
    /// Whether everything was linked anew, since files came or went.
    pub is_cold: bool,
}

impl Linker {
    /// Links a project.
    #[must_use]
    pub fn new(sources: Arc<SourceTree>) -> Self {
        let evaluated = Evaluated::of(&sources);
        let numbering = Numbering::of(&evaluated.units);
        let project = Arc::new(evaluated.project(sources, &numbering));
        Self { evaluated, numbering, project }
    }

    /// The project as it was last linked.
    #[must_use]
    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// Links again what has changed.
    pub fn update(&mut self, sources: Arc<SourceTree>) -> LinkWork {
        if !self.project.sources.has_same_files(&sources) {
            *self = Self::new(sources);
            return LinkWork { is_cold: true, ..LinkWork::default() };
        }
        let mut changed: FxHashSet<FileId> = FxHashSet::default();
        for (before, now) in self.project.sources.files.iter().zip(&sources.files) {
            if !is_same_text(before, now) {
                self.evaluated.names[now.id.index()] = FileNames::of(now);
            }
            if !says_the_same(before, now) {
                changed.insert(now.id);
            }
        }
        let mut project = (*self.project).clone();
        project.unread_files = unread_files(&sources);
        project.sources = Arc::clone(&sources);
        self.evaluated.amend_names(&mut project);
        let work = self.relink(&mut project, changed);
        self.project = Arc::new(project);
        work
    }

    fn relink(&mut self, project: &mut Project, changed: FxHashSet<FileId>) -> LinkWork {
        if changed.is_empty() {
            return LinkWork::default();
        }
        let sources = Arc::clone(&project.sources);
        project.mentions = OnceLock::new();
        let replaced = self.evaluated.update(&sources, changed);
        let work = LinkWork {
            evaluated: replaced.units.len(),
            is_schema_new: replaced.is_schema_new,
            is_renumbered: replaced.units.iter().any(|(index, before)| {
                let orders =
                    |unit: &super::unit::Unit| unit.procedures.iter().map(|(order, _)| *order).collect();
                let (before, now): (Vec<_>, Vec<_>) = (orders(before), orders(&self.evaluated.units[*index]));
                before != now
            }),
            is_cold: false,
        };
        if work.is_renumbered {
            self.numbering = Numbering::of(&self.evaluated.units);
            *project = self.evaluated.project(sources, &self.numbering);
        } else {
            self.evaluated.amend(project, &replaced, &self.numbering);
        }
        work
    }
}

/// Whether not even the place of anything has changed.
fn is_same_text(before: &SourceFile, now: &SourceFile) -> bool {
    Arc::ptr_eq(&before.facts.spans, &now.facts.spans)
        && Arc::ptr_eq(&before.facts.program, &now.facts.program)
        && (Arc::ptr_eq(&before.modules, &now.modules) || before.modules == now.modules)
}

/// Whether a file means the same, wherever its parts stand.
fn says_the_same(before: &SourceFile, now: &SourceFile) -> bool {
    // Names are ids of the program's strings, so the modules can be compared only if that is the same.
    (Arc::ptr_eq(&before.facts.program, &now.facts.program) || before.facts.program == now.facts.program)
        && (Arc::ptr_eq(&before.modules, &now.modules) || before.modules == now.modules)
}
