//! Everything that was evaluated of a project, unit by unit, and which of it an edit makes untrue.

use std::ops::Range;

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
    Consulted, Detached, DetachedOperations, SchemaUnit, Surroundings, Unit, partition, unit_of,
};
use crate::evaluate::schema_view::changed_tables;

/// Everything that was evaluated of a project.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    pub(super) names: Vec<FileNames>,
    pub(super) schema: SchemaUnit,
    pub(super) units: Vec<Unit>,
    /// Parallel to the units.
    pub(super) detached: Vec<Detached>,
    /// Parallel to the units: which roots of each detached part count. One that another one runs does not.
    pub(super) accepted: Vec<Vec<bool>>,
    /// In how many places each function was evaluated on the way from a root.
    reached: FxHashMap<FunctionKey, u32>,
    file_relevance: Vec<FileRelevance>,
    relevance: Relevance,
}

/// What was evaluated again, as it was before.
#[derive(Debug, Default)]
pub(super) struct Replaced {
    pub(super) is_schema_new: bool,
    /// By the positions of units.
    pub(super) units: FxHashMap<usize, Unit>,
    pub(super) detached: FxHashMap<usize, Detached>,
    /// Of all units.
    pub(super) accepted: Vec<Vec<bool>>,
}

/// What changed since evaluation.
#[derive(Default)]
struct Changes {
    files: FxHashSet<FileId>,
    tables: Vec<String>,
    /// Units with files that matter otherwise than before.
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
        let look = |file: &SourceFile| (FileNames::of(file), FileRelevance::of(file));
        let (names, file_relevance): (Vec<_>, Vec<_>) = sources.files.par_iter().map(look).unzip();
        let mut evaluated = Self {
            relevance: Relevance::of(sources, file_relevance.iter()),
            names,
            file_relevance,
            schema: evaluate_schema(sources),
            ..Self::default()
        };
        let all: Vec<usize> = (0..partition(sources.files.len()).len()).collect();
        evaluated.units = evaluated.evaluate_units(sources, &all);
        let units = evaluated.units.iter().flat_map(|unit| &unit.evaluated);
        for function in units.chain(&evaluated.schema.evaluated) {
            *evaluated.reached.entry(*function).or_default() += 1;
        }
        evaluated.detached = evaluated.evaluate_detached(sources, &all);
        evaluated.accepted = evaluated.accept();
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
            units: relevance.changed(&self.relevance).map(unit_of).collect(),
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
        changes.units.extend(changes.files.iter().copied().map(unit_of));
        changes.units.extend(self.apply(reached).into_iter().map(|(file, _)| unit_of(file)));
        let is_stale =
            |unit: usize| changes.units.contains(&unit) || changes.concern(&self.detached[unit].consulted);
        let stale: Vec<usize> = (0..self.detached.len()).filter(|unit| is_stale(*unit)).collect();
        for (index, detached) in stale.iter().zip(self.evaluate_detached(sources, &stale)) {
            replaced.detached.insert(*index, std::mem::replace(&mut self.detached[*index], detached));
        }
        let accepted = self.accept();
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

    /// Takes over in how many places functions are evaluated, and returns those that are now reached and were not, or the other way.
    fn apply(&mut self, changes: ReachedChanges) -> Vec<FunctionKey> {
        let mut turned = Vec::new();
        for (function, change) in changes.counts {
            let before = self.reached.get(&function).copied().unwrap_or_default();
            let now = before.saturating_add_signed(change);
            if (before == 0) != (now == 0) {
                turned.push(function);
            }
            if now == 0 {
                self.reached.remove(&function);
            } else {
                self.reached.insert(function, now);
            }
        }
        turned
    }

    fn evaluate_units(&self, sources: &SourceTree, units: &[usize]) -> Vec<Unit> {
        self.evaluate(sources, units, Unit::evaluate)
    }

    fn evaluate_detached(&self, sources: &SourceTree, units: &[usize]) -> Vec<Detached> {
        self.evaluate(sources, units, |surroundings, files| {
            Detached::evaluate(surroundings, files, |function| self.reached.contains_key(&function))
        })
    }

    fn evaluate<T: Send>(
        &self,
        sources: &SourceTree,
        units: &[usize],
        evaluate: impl Fn(&Surroundings<'_>, Range<usize>) -> T + Sync,
    ) -> Vec<T> {
        let surroundings = Surroundings {
            sources,
            relevance: &self.relevance,
            schema: &self.schema,
            lunora_prefix: &lunora_prefix(sources),
        };
        let partition = partition(sources.files.len());
        on_threads(rayon::current_num_threads(), units.len(), |task| {
            evaluate(&surroundings, partition[units[task]].clone())
        })
    }

    /// Which functions that no root reaches are evaluated for their own sake: those that no earlier one of them runs.
    fn accept(&self) -> Vec<Vec<bool>> {
        let mut known: FxHashSet<FunctionKey> = FxHashSet::default();
        let mut accept = |root: &DetachedOperations| {
            let is_new = root.function.is_none_or(|function| !known.contains(&function));
            if is_new {
                known.extend(&root.evaluated);
            }
            is_new
        };
        self.detached.iter().map(|detached| detached.roots.iter().map(&mut accept).collect()).collect()
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
