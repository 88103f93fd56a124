//! Everything that was evaluated of a project, unit by unit, and which of it an edit makes untrue.

use std::sync::Arc;

use lunora_facts::FileId;
use lunora_source::{SourceFile, SourceTree};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::lunora_prefix;
use super::names::FileNames;
use super::procedures::FunctionKey;
use super::relevance::{FileRelevance, Relevance};
use super::threads::on_threads;
use super::unit::{
    Consulted, DetachedOperations, SchemaUnit, Surroundings, Unit, is_left, partition, unit_of,
};
use crate::evaluate::schema_view::changed_tables;

/// Everything that was evaluated of a project.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    pub(super) names: Vec<FileNames>,
    pub(super) schema: SchemaUnit,
    pub(super) units: Vec<Unit>,
    /// Parallel to the units: which of each one's detached functions count. One that something else runs does not.
    pub(super) accepted: Vec<Vec<bool>>,
    /// In how many places each function was evaluated on the way from a root.
    pub(super) reached: FxHashMap<FunctionKey, u32>,
    file_relevance: Vec<FileRelevance>,
    relevance: Relevance,
}

/// What was evaluated again, as it was before.
#[derive(Debug, Default)]
pub(super) struct Replaced {
    pub(super) is_schema_new: bool,
    /// By the positions of units.
    pub(super) units: FxHashMap<usize, Unit>,
    /// Of all units.
    pub(super) accepted: Vec<Vec<bool>>,
}

/// What changed since evaluation.
#[derive(Default)]
struct Changes {
    files: FxHashSet<FileId>,
    tables: Vec<String>,
    /// Units with a file that changed or that matters otherwise than before: what nothing consulted may have become something.
    units: FxHashSet<usize>,
}

/// By how much each function is evaluated in more places than before.
#[derive(Default)]
struct ReachedChanges {
    counts: FxHashMap<FunctionKey, i32>,
}

impl Changes {
    fn concern(&self, consulted: &Consulted) -> bool {
        self.files.iter().any(|file| consulted.files.binary_search(file).is_ok())
            || self.tables.iter().any(|table| consulted.tables.binary_search(table).is_ok())
    }
}

impl Evaluated {
    /// Evaluates a project.
    pub(super) fn of(sources: &SourceTree) -> Self {
        let look = |file: &Arc<SourceFile>| (FileNames::of(file), FileRelevance::of(file));
        let ((names, file_relevance), schema): ((Vec<_>, Vec<_>), _) =
            rayon::join(|| sources.files.par_iter().map(look).unzip(), || evaluate_schema(sources));
        let mut evaluated = Self {
            relevance: Relevance::of(sources, file_relevance.iter()),
            names,
            file_relevance,
            schema,
            ..Self::default()
        };
        let all: Vec<usize> = (0..partition(sources.files.len()).len()).collect();
        evaluated.units = evaluated.evaluate_units(sources, &all);
        let units = evaluated.units.iter().flat_map(|unit| &unit.evaluated);
        for function in units.chain(&evaluated.schema.evaluated) {
            *evaluated.reached.entry(*function).or_default() += 1;
        }
        evaluated.accepted = evaluated.accept(sources);
        evaluated
    }

    /// Evaluates again what `changed` files had a part in. The files of the project are the same as before.
    pub(super) fn update(&mut self, sources: &SourceTree, changed: FxHashSet<FileId>) -> Replaced {
        let mut replaced = Replaced::default();
        for file in &changed {
            self.file_relevance[file.index()] = FileRelevance::of(sources.file(*file));
        }
        let relevance = Relevance::of(sources, self.file_relevance.iter());
        let mut changes = Changes {
            units: relevance.changed(&self.relevance).chain(changed.iter().copied()).map(unit_of).collect(),
            files: changed,
            tables: Vec::new(),
        };
        self.relevance = relevance;
        let mut reached = ReachedChanges::default();
        if changes.concern(&self.schema.consulted) {
            self.update_schema(sources, &mut changes, &mut reached);
            replaced.is_schema_new = true;
        }
        let is_stale =
            |unit: usize| changes.units.contains(&unit) || changes.concern(&self.units[unit].consulted);
        let stale: Vec<usize> = (0..self.units.len()).filter(|unit| is_stale(*unit)).collect();
        for (index, unit) in stale.iter().zip(self.evaluate_units(sources, &stale)) {
            reached.replace(&self.units[*index].evaluated, &unit.evaluated);
            replaced.units.insert(*index, std::mem::replace(&mut self.units[*index], unit));
        }
        self.apply(reached);
        let accepted = self.accept(sources);
        replaced.accepted = std::mem::replace(&mut self.accepted, accepted);
        replaced
    }

    fn update_schema(&mut self, sources: &SourceTree, changes: &mut Changes, reached: &mut ReachedChanges) {
        let before = std::mem::replace(&mut self.schema, evaluate_schema(sources));
        reached.replace(&before.evaluated, &self.schema.evaluated);
        changes.tables = changed_tables(&before.schema, &self.schema.schema);
        // A unit with a handler has consulted what the schema consults; one that now gets its first one, or lost its last, may not have.
        let trigger_files = before.trigger_files.iter().chain(&self.schema.trigger_files);
        changes.units.extend(trigger_files.copied().map(unit_of));
    }

    /// Takes over in how many places functions are evaluated.
    fn apply(&mut self, changes: ReachedChanges) {
        for (function, change) in changes.counts {
            let before = self.reached.get(&function).copied().unwrap_or_default();
            match before.saturating_add_signed(change) {
                0 => self.reached.remove(&function),
                now => self.reached.insert(function, now),
            };
        }
    }

    fn evaluate_units(&self, sources: &SourceTree, units: &[usize]) -> Vec<Unit> {
        let surroundings = Surroundings {
            sources,
            relevance: &self.relevance,
            schema: &self.schema,
            lunora_prefix: &lunora_prefix(sources),
        };
        let partition = partition(sources.files.len());
        on_threads(rayon::current_num_threads(), units.len(), |task| {
            Unit::evaluate(&surroundings, partition[units[task]].clone())
        })
    }

    /// Which functions that no root reaches count for their own sake: in the order of files, those that no earlier one of them runs.
    fn accept(&self, sources: &SourceTree) -> Vec<Vec<bool>> {
        let is_reached = |function: FunctionKey| self.reached.contains_key(&function);
        let mut known: FxHashSet<FunctionKey> = FxHashSet::default();
        // The functions of a file come one after the other.
        let mut last: Option<(FileId, bool)> = None;
        let mut accept = |root: &DetachedOperations| {
            let is_file_left = match last {
                Some((file, is_left)) if file == root.file => is_left,
                _ => is_left(&self.relevance, sources.file(root.file), is_reached),
            };
            last = Some((root.file, is_file_left));
            let is_new =
                root.function.is_none_or(|function| !is_reached(function) && !known.contains(&function));
            if is_file_left && is_new {
                known.extend(&root.evaluated);
            }
            is_file_left && is_new
        };
        self.units.iter().map(|unit| unit.detached.iter().map(&mut accept).collect()).collect()
    }
}

impl ReachedChanges {
    fn replace(&mut self, before: &[FunctionKey], now: &[FunctionKey]) {
        for function in now {
            *self.counts.entry(*function).or_default() += 1;
        }
        for function in before {
            *self.counts.entry(*function).or_default() -= 1;
        }
    }
}

fn evaluate_schema(sources: &SourceTree) -> SchemaUnit {
    on_threads(1, 1, |_| SchemaUnit::evaluate(sources)).pop().unwrap_or_default()
}
