//! From what units say to the project's model: numbers procedures, joins operations.

use std::sync::{Arc, OnceLock};

use lunora_facts::FileId;
use lunora_source::SourceTree;
use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluated::{Evaluated, Replaced};
use super::merge::{Difference, Operation, difference, merge, replace, reroute};
use super::operations::GroupOperations;
use super::procedures::{ModuleDispatch, RootOrder};
use super::unit::{Consulted, DetachedOperations, Unit};
use crate::access::{Ambient, Dispatch, EndlessLoop, FunctionName, Read, TableName, Unfollowed, Write};
use crate::procedure::{Procedure, ProcedureId};
use crate::project::Project;
use crate::shared::Shared;

/// Where the procedures of each unit stand among all of the project, by their positions in the unit.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    units: Vec<Vec<ProcedureId>>,
}

impl Numbering {
    /// Numbers the procedures of units: by what declares them, whichever unit found them.
    pub(super) fn of(units: &[Unit]) -> Self {
        let mut all: Vec<(RootOrder, usize, usize)> = Vec::new();
        for (unit, found) in units.iter().enumerate() {
            all.extend((0..).zip(&found.procedures).map(|(position, (order, _))| (*order, unit, position)));
        }
        all.sort_unstable();
        let mut numbers: Vec<Vec<ProcedureId>> =
            units.iter().map(|unit| vec![ProcedureId(0); unit.procedures.len()]).collect();
        for (number, (_, unit, position)) in (0..).map(ProcedureId).zip(all) {
            numbers[unit][position] = number;
        }
        Self { units: numbers }
    }

    /// Procedures, given unit by unit, in the order of their numbers.
    fn in_order(&self, units: impl Iterator<Item = Vec<Arc<Procedure>>>) -> Shared<Procedure> {
        let mut numbered: Vec<(ProcedureId, Arc<Procedure>)> =
            self.units.iter().zip(units).flat_map(|(ids, unit)| ids.iter().copied().zip(unit)).collect();
        numbered.sort_unstable_by_key(|(id, _)| *id);
        Shared::from(numbered.into_iter().map(|(_, procedure)| procedure).collect::<Vec<_>>())
    }
}

impl Evaluated {
    /// The model. What was evaluated is used up.
    pub(super) fn into_project(mut self, sources: Arc<SourceTree>) -> Project {
        let numbering = Numbering::of(&self.units);
        let mut project = self.blank_project(sources);
        self.forget_what_edits_ask();
        let units = self.units.iter_mut().map(|unit| std::mem::take(&mut unit.procedures));
        project.procedures =
            numbering.in_order(units.map(|unit| unit.into_iter().map(|(_, procedure)| procedure).collect()));
        let (reads, writes) = (self.take::<Read>(&numbering), self.take::<Write>(&numbering));
        let (dispatches, ambient) = (self.take::<Dispatch>(&numbering), self.take::<Ambient>(&numbering));
        project.endless_loops = merge(self.take::<EndlessLoop>(&numbering));
        project.unfollowed = merge(self.take::<Unfollowed>(&numbering));
        ((project.reads, project.writes), (project.dispatches, project.ambient)) = rayon::join(
            || rayon::join(|| merge(reads), || merge(writes)),
            || rayon::join(|| merge(dispatches), || merge(ambient)),
        );
        project.dispatches.arcs_mut().extend(self.module_dispatches());
        project
    }

    /// Drops what only tells what an edit makes untrue, before room is needed for the model.
    fn forget_what_edits_ask(&mut self) {
        self.reached = FxHashMap::default();
        for unit in &mut self.units {
            unit.evaluated = Vec::new();
            unit.consulted = Consulted::default();
            unit.detached.iter_mut().for_each(|root| root.evaluated = Vec::new());
        }
    }

    /// The model, while what was evaluated is kept.
    pub(super) fn project(&self, sources: Arc<SourceTree>, numbering: &Numbering) -> Project {
        let mut project = self.blank_project(sources);
        let units = self.units.iter().map(|unit| unit.procedures.iter());
        project.procedures =
            numbering.in_order(units.map(|unit| unit.map(|(_, procedure)| Arc::clone(procedure)).collect()));
        project.reads = self.merged(numbering, |_| true, |_| true);
        project.writes = self.merged(numbering, |_| true, |_| true);
        project.ambient = self.merged(numbering, |_| true, |_| true);
        project.endless_loops = self.merged(numbering, |_| true, |_| true);
        project.unfollowed = self.merged(numbering, |_| true, |_| true);
        project.dispatches = self.merged(numbering, |_| true, |_| true);
        project.dispatches.arcs_mut().extend(self.module_dispatches());
        project
    }

    /// Makes a model true again after some units were evaluated anew. No procedure came, went or moved.
    pub(super) fn amend(&self, project: &mut Project, replaced: &Replaced, numbering: &Numbering) {
        self.amend_operations(&mut project.reads, replaced, numbering);
        self.amend_operations(&mut project.writes, replaced, numbering);
        self.amend_operations(&mut project.ambient, replaced, numbering);
        self.amend_operations(&mut project.endless_loops, replaced, numbering);
        self.amend_operations(&mut project.unfollowed, replaced, numbering);
        // Those of modules come last, and are known by having no procedure and no function.
        let before =
            self.units.iter().enumerate().map(|(index, unit)| replaced.units.get(&index).unwrap_or(unit));
        let of_modules: usize = before.map(|unit| unit.dispatches.len()).sum();
        let own = project.dispatches.len().saturating_sub(of_modules);
        project.dispatches.arcs_mut().truncate(own);
        self.amend_operations(&mut project.dispatches, replaced, numbering);
        project.dispatches.arcs_mut().extend(self.module_dispatches());
        for index in replaced.units.keys() {
            for (id, (_, procedure)) in numbering.units[*index].iter().zip(&self.units[*index].procedures) {
                if let Some(known) = project.procedures.arcs_mut().get_mut(id.0 as usize)
                    && known != procedure
                {
                    if known.name != procedure.name || known.is_registered() != procedure.is_registered() {
                        project.registered = OnceLock::new();
                    }
                    *known = Arc::clone(procedure);
                }
            }
        }
        if replaced.is_schema_new {
            project.schema = Arc::clone(&self.schema.schema);
        }
        keep_if_same(&mut project.modules, self.units.iter().flat_map(|unit| &unit.modules));
        let exports = self.units.iter().flat_map(|unit| &unit.unreadable_exports);
        keep_if_same(&mut project.unreadable_exports, exports);
        keep_if_same(&mut project.id_tables, self.id_tables());
    }

    /// Takes over what files mention, if that is not what it was.
    pub(super) fn amend_names(&self, project: &mut Project) {
        keep_if_same(&mut project.references, self.names.iter().flat_map(|names| &names.references));
        keep_if_same(&mut project.imports, self.names.iter().flat_map(|names| &names.imports));
    }

    /// A model that lacks procedures and operations.
    fn blank_project(&self, sources: Arc<SourceTree>) -> Project {
        let exports = self.units.iter().flat_map(|unit| &unit.unreadable_exports);
        Project {
            unread_files: unread_files(&sources),
            mentions: OnceLock::new(),
            registered: OnceLock::new(),
            sources,
            schema: Arc::clone(&self.schema.schema),
            procedures: Shared::default(),
            reads: Shared::default(),
            writes: Shared::default(),
            dispatches: Shared::default(),
            ambient: Shared::default(),
            endless_loops: Shared::default(),
            unfollowed: Shared::default(),
            modules: self.units.iter().flat_map(|unit| &unit.modules).cloned().collect(),
            references: self.names.iter().flat_map(|names| &names.references).cloned().collect(),
            imports: self.names.iter().flat_map(|names| &names.imports).cloned().collect(),
            unreadable_exports: exports.cloned().collect(),
            id_tables: self.id_tables().into_iter().cloned().collect(),
        }
    }

    fn id_tables(&self) -> Vec<&TableName> {
        let units = self.units.iter().flat_map(|unit| &unit.id_tables);
        let mut found: Vec<&TableName> = self.schema.id_tables.iter().chain(units).collect();
        found.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.name.cmp(&b.name)));
        found.dedup();
        found
    }

    /// What modules dispatch at their top level, in the order of the code.
    fn module_dispatches(&self) -> impl Iterator<Item = Arc<Dispatch>> {
        let mut found: Vec<&ModuleDispatch> = self.units.iter().flat_map(|unit| &unit.dispatches).collect();
        found.sort_by_key(|dispatch| dispatch.place);
        found.into_iter().map(|dispatch| {
            Arc::new(Dispatch {
                place: dispatch.place,
                call: dispatch.call,
                has_shard_key: Some(false),
                method: dispatch.method.clone(),
                target: dispatch.target.clone(),
                is_conditional: true,
                reached_from: Vec::new(),
                function: FunctionName { file: dispatch.place.file, name: None },
            })
        })
    }

    /// The drafts of one kind, with the ids of their units' roots.
    fn take<'a, T: Operation>(
        &mut self,
        numbering: &'a Numbering,
    ) -> Vec<(Vec<T::Draft>, &'a [ProcedureId])> {
        let mut taken: Vec<(Vec<T::Draft>, &[ProcedureId])> = Vec::new();
        for (unit, ids) in self.units.iter_mut().zip(&numbering.units) {
            taken.push((std::mem::take(T::of(&mut unit.operations)), ids));
        }
        for (unit, accepted) in self.units.iter_mut().zip(&self.accepted) {
            let roots = unit.detached.iter_mut().zip(accepted).filter(|(_, is_accepted)| **is_accepted);
            taken.extend(roots.map(|(root, _)| (std::mem::take(T::of(&mut root.operations)), NO_PROCEDURES)));
        }
        taken
    }

    /// The operations of some units, those at some sites.
    fn merged<T: Operation>(
        &self,
        numbering: &Numbering,
        has_part: impl Fn(&Unit) -> bool,
        is_wanted: impl Fn(&T::Key) -> bool,
    ) -> Shared<T> {
        let units = self.units.iter().zip(&self.accepted).zip(&numbering.units);
        let parts = units.filter(|((unit, _), _)| has_part(unit));
        let of_roots = parts.clone().map(|((unit, _), ids)| (&unit.operations, ids.as_slice()));
        let detached = parts.flat_map(|((unit, accepted), _)| {
            counting(&unit.detached, accepted).map(|operations| (operations, NO_PROCEDURES))
        });
        let found = of_roots.chain(detached);
        let wanted = |operations: &GroupOperations| {
            let drafts = T::in_unit(operations).iter();
            drafts.filter(|draft| is_wanted(&T::key(draft))).cloned().collect()
        };
        merge(found.map(|(operations, ids)| (wanted(operations), ids)).collect())
    }

    fn amend_operations<T: Operation>(
        &self,
        known: &mut Shared<T>,
        replaced: &Replaced,
        numbering: &Numbering,
    ) {
        let mut sites: FxHashSet<T::Key> = FxHashSet::default();
        self.for_each_detached_change(replaced, |operations| {
            sites.extend(T::in_unit(operations).iter().map(T::key));
        });
        let mut rerouted: Vec<(&T::Draft, &[ProcedureId])> = Vec::new();
        for (index, before) in &replaced.units {
            let (before, now) = (T::in_unit(&before.operations), T::in_unit(&self.units[*index].operations));
            for (site, before, now) in side_by_side(before, now, T::key) {
                let difference = before.zip(now).map(|(before, now)| difference::<T>(before, now));
                match (difference, now) {
                    (Some(Difference::None), _) => {}
                    (Some(Difference::Ways), Some(now)) => rerouted.push((now, &numbering.units[*index])),
                    _ => {
                        sites.insert(site);
                    }
                }
            }
        }
        for (draft, ids) in rerouted.into_iter().filter(|(draft, _)| !sites.contains(&T::key(draft))) {
            reroute(known, draft.clone(), ids);
        }
        let files: FxHashSet<FileId> = sites.iter().map(T::file).collect();
        let has_part =
            |unit: &Unit| files.iter().any(|file| unit.consulted.files.binary_search(file).is_ok());
        replace(known, &sites, self.merged(numbering, has_part, |site| sites.contains(site)));
    }

    /// Visits what nothing reaches and no longer counts or counts now, of every unit that was evaluated again or counts otherwise.
    fn for_each_detached_change(&self, replaced: &Replaced, mut visit: impl FnMut(&GroupOperations)) {
        for (index, now) in self.units.iter().enumerate() {
            let (was_accepted, is_accepted) = (&replaced.accepted[index], &self.accepted[index]);
            let again = replaced.units.get(&index);
            if again.is_some() || was_accepted != is_accepted {
                counting(&again.unwrap_or(now).detached, was_accepted).for_each(&mut visit);
                counting(&now.detached, is_accepted).for_each(&mut visit);
            }
        }
    }
}

/// The elements of two lists in the order of their keys, those of the same key together.
fn side_by_side<'a, T, K: Ord + Copy>(
    before: &'a [T],
    now: &'a [T],
    key: impl Fn(&T) -> K,
) -> impl Iterator<Item = (K, Option<&'a T>, Option<&'a T>)> {
    let (mut before, mut now) = (before.iter().peekable(), now.iter().peekable());
    std::iter::from_fn(move || {
        let keys = [before.peek(), now.peek()].map(|next| next.map(|element| key(element)));
        let least = keys.into_iter().flatten().min()?;
        let is_least = |element: &&'a T| key(element) == least;
        Some((least, before.next_if(is_least), now.next_if(is_least)))
    })
}

/// What the functions do that count.
fn counting<'a>(
    detached: &'a [DetachedOperations],
    accepted: &'a [bool],
) -> impl Iterator<Item = &'a GroupOperations> {
    let roots = detached.iter().zip(accepted).filter(|(_, is_accepted)| **is_accepted);
    roots.map(|(root, _)| &root.operations)
}

/// Code that nothing reaches has no roots.
const NO_PROCEDURES: &[ProcedureId] = &[];

/// The files that could not be read in full.
pub(super) fn unread_files(sources: &SourceTree) -> Vec<FileId> {
    let files = sources.files.iter();
    files.filter(|file| file.is_unreadable || !file.facts.errors.is_empty()).map(|file| file.id).collect()
}

/// Puts new elements in the place of the old, unless they are the same.
fn keep_if_same<'a, T: Clone + PartialEq + 'a>(known: &mut Arc<[T]>, new: impl IntoIterator<Item = &'a T>) {
    let new: Vec<&T> = new.into_iter().collect();
    if !known.iter().eq(new.iter().copied()) {
        *known = new.into_iter().cloned().collect();
    }
}
