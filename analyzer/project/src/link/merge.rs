//! Joins what units found of the same call site. The result is the same whatever the units are, and whichever were evaluated again.

use std::hash::Hash;
use std::sync::Arc;

use lunora_facts::FileId;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::operations::{Draft, GroupOperations, ReadDraft, join_columns, longest};
use crate::access::{
    AccessPath, Ambient, Dispatch, EndlessLoop, LoopKind, Reach, Read, Target, Unfollowed, Write,
};
use crate::place::{Place, Site};
use crate::procedure::ProcedureId;
use crate::shared::Shared;

/// A kind of operation that is known by its call site.
pub(super) trait Operation: Clone + PartialEq + Send + Sync {
    /// The call site.
    type Key: Copy + Ord + Hash;
    /// What one unit says of it. Units say it of each site once, in the order of sites. It is small: what it says lies elsewhere, where
    /// it stays from the unit to the model.
    type Draft: Clone + PartialEq + Send;

    /// What a unit found of this kind.
    fn of(operations: &mut GroupOperations) -> &mut Vec<Self::Draft>;
    /// As [`Self::of`], to look at.
    fn in_unit(operations: &GroupOperations) -> &[Self::Draft];
    fn key(draft: &Self::Draft) -> Self::Key;
    fn key_of(operation: &Self) -> Self::Key;
    /// The file of a call site.
    fn file(key: &Self::Key) -> FileId;
    /// The ways from roots of the unit.
    fn ways(draft: &mut Self::Draft) -> &mut Vec<Reach>;
    /// The ways from all roots, in the order of procedures.
    fn all_ways(&mut self) -> &mut Vec<Reach>;
    fn renumber(draft: &mut Self::Draft, ids: &[ProcedureId]);
    /// Joins what a later unit says of the same site, which is used up.
    fn join(known: &mut Self::Draft, other: &mut Self::Draft);
    fn finish(draft: Self::Draft) -> Arc<Self>;
}

/// Operations that are finished one after the other: fewer are not worth a thread.
const FINISHED_TOGETHER: usize = 64;

/// The operations of a project that drafts of all units make, in the order of sites. Each list of drafts comes with the ids of its
/// unit's roots.
pub(super) fn merge<T: Operation>(mut parts: Vec<(Vec<T::Draft>, &[ProcedureId])>) -> Shared<T> {
    parts
        .par_iter_mut()
        .for_each(|(drafts, ids)| drafts.iter_mut().for_each(|draft| T::renumber(draft, ids)));
    let mut drafts: Vec<T::Draft> = Vec::with_capacity(parts.iter().map(|(part, _)| part.len()).sum());
    drafts.extend(parts.into_iter().flat_map(|(part, _)| part));
    // Stable: what the first unit says of a site stays first.
    drafts.sort_by_key(T::key);
    drafts.dedup_by(|later, known| {
        let is_same_site = T::key(known) == T::key(later);
        if is_same_site {
            T::join(known, later);
        }
        is_same_site
    });
    Shared::from(drafts.into_par_iter().with_min_len(FINISHED_TOGETHER).map(T::finish).collect::<Vec<_>>())
}

/// Puts what is new of some sites in the place of what was known of them. What is the same stays as it is, and with it all that was
/// concluded from it.
pub(super) fn replace<T: Operation>(known: &mut Shared<T>, sites: &FxHashSet<T::Key>, mut new: Shared<T>) {
    if sites.is_empty() {
        return;
    }
    for operation in new.arcs_mut() {
        let same = known.as_arcs().binary_search_by_key(&T::key_of(operation), |known| T::key_of(known));
        let same = same.ok().and_then(|position| known.as_arcs().get(position));
        if let Some(same) = same.filter(|same| *same == operation) {
            *operation = Arc::clone(same);
        }
    }
    let known = known.arcs_mut();
    known.retain(|operation| !sites.contains(&T::key_of(operation)));
    known.append(new.arcs_mut());
    // Two sorted runs, which the sort finds and merges.
    known.sort_by_key(|operation| T::key_of(operation));
}

/// How what a unit says of a site differs from what it said before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Difference {
    None,
    /// Only the calls and loops on the way there from the same roots.
    Ways,
    Substance,
}

/// How two drafts of the same site differ.
pub(super) fn difference<T: Operation>(before: &T::Draft, now: &T::Draft) -> Difference {
    if before == now {
        return Difference::None;
    }
    let (mut before, mut now) = (before.clone(), now.clone());
    let ways = (std::mem::take(T::ways(&mut before)), std::mem::take(T::ways(&mut now)));
    let are_same_roots = ways.0.iter().map(|way| way.procedure).eq(ways.1.iter().map(|way| way.procedure));
    if are_same_roots && before == now { Difference::Ways } else { Difference::Substance }
}

/// Puts the ways that a unit found to a site in the place of those that it found before, from the same roots.
pub(super) fn reroute<T: Operation>(known: &mut Shared<T>, mut draft: T::Draft, ids: &[ProcedureId]) {
    let position = known.binary_search_by_key(&T::key(&draft), T::key_of);
    let Some(operation) = position.ok().and_then(|position| known.arcs_mut().get_mut(position)) else {
        return;
    };
    let all = Arc::make_mut(operation).all_ways();
    for way in T::ways(&mut draft).drain(..) {
        let procedure = renumbered(way.procedure, ids);
        if let Ok(position) = all.binary_search_by_key(&procedure, |known| known.procedure) {
            all[position] = Reach { procedure, ..way };
        }
    }
}

impl Operation for Read {
    type Key = Site;
    type Draft = ReadDraft;

    fn of(operations: &mut GroupOperations) -> &mut Vec<ReadDraft> {
        &mut operations.reads
    }

    fn in_unit(operations: &GroupOperations) -> &[ReadDraft] {
        &operations.reads
    }

    fn key(draft: &ReadDraft) -> Site {
        draft.read.key
    }

    fn key_of(read: &Self) -> Site {
        read.key
    }

    fn file(key: &Site) -> FileId {
        key.file
    }

    fn ways(draft: &mut ReadDraft) -> &mut Vec<Reach> {
        &mut Arc::make_mut(&mut draft.read).reached_from
    }

    fn all_ways(&mut self) -> &mut Vec<Reach> {
        &mut self.reached_from
    }

    fn renumber(draft: &mut ReadDraft, ids: &[ProcedureId]) {
        renumber(&mut Arc::make_mut(&mut draft.read).reached_from, ids);
        for path in &mut draft.paths {
            for procedure in &mut path.part.reached_from {
                *procedure = renumbered(*procedure, ids);
            }
        }
    }

    fn join(known: &mut ReadDraft, other: &mut ReadDraft) {
        Self::ways(known).append(Self::ways(other));
        known.paths.append(&mut other.paths);
        known.filters.append(&mut other.filters);
        known.sorts.append(&mut other.sorts);
    }

    /// A read with its parts in the order of the roots that show them; each part once.
    fn finish(mut draft: ReadDraft) -> Arc<Self> {
        let read = Arc::make_mut(&mut draft.read);
        let mut paths: Vec<AccessPath> = Vec::with_capacity(draft.paths.len());
        let mut ways: Vec<(Vec<LoopKind>, Vec<ProcedureId>)> = Vec::with_capacity(draft.paths.len());
        for mut path in in_order(draft.paths) {
            // What differs by the way that leads there does not make another path.
            let loops = std::mem::take(&mut path.loops);
            let reached_from = std::mem::take(&mut path.reached_from);
            match paths.iter().position(|known| *known == path) {
                Some(index) => {
                    let (known_loops, known_reaches) = &mut ways[index];
                    *known_loops = longest(std::mem::take(known_loops), loops);
                    known_reaches.extend(reached_from);
                }
                None => {
                    paths.push(path);
                    ways.push((loops, reached_from));
                }
            }
        }
        read.paths.reserve_exact(paths.len());
        for (path, (loops, mut reached_from)) in paths.into_iter().zip(ways) {
            reached_from.sort_unstable();
            reached_from.dedup();
            read.paths.push(AccessPath { loops, reached_from, ..path });
        }
        for filter in in_order(draft.filters) {
            if read.row_filters.iter().all(|known| known.place != filter.place) {
                read.row_filters.push(filter);
            }
        }
        for sort in in_order(draft.sorts) {
            if read.row_sorts.iter().all(|known| known.place != sort.place) {
                read.row_sorts.push(sort);
            }
        }
        read.row_filters.sort_by_key(|filter| filter.place);
        read.row_sorts.sort_by_key(|sort| sort.place);
        sort_reaches(&mut read.reached_from);
        draft.read
    }
}

impl Operation for Write {
    type Key = Site;
    type Draft = Arc<Self>;

    fn of(operations: &mut GroupOperations) -> &mut Vec<Arc<Self>> {
        &mut operations.writes
    }

    fn in_unit(operations: &GroupOperations) -> &[Arc<Self>] {
        &operations.writes
    }

    fn key(draft: &Arc<Self>) -> Site {
        draft.site
    }

    fn key_of(write: &Self) -> Site {
        write.site
    }

    fn file(key: &Site) -> FileId {
        key.file
    }

    fn ways(draft: &mut Arc<Self>) -> &mut Vec<Reach> {
        &mut Arc::make_mut(draft).reached_from
    }

    fn all_ways(&mut self) -> &mut Vec<Reach> {
        &mut self.reached_from
    }

    fn renumber(draft: &mut Arc<Self>, ids: &[ProcedureId]) {
        let draft = Arc::make_mut(draft);
        renumber(&mut draft.reached_from, ids);
        for procedure in draft.table_writers.iter_mut().flatten() {
            *procedure = renumbered(*procedure, ids);
        }
    }

    fn join(known: &mut Arc<Self>, other: &mut Arc<Self>) {
        let (known, other) = (Arc::make_mut(known), Arc::make_mut(other));
        join_columns(known, other.target.take(), other.patched.take());
        known.is_table_known &= other.is_table_known;
        for (table, writers) in other.tables.drain(..).zip(other.table_writers.drain(..)) {
            match known.tables.iter().position(|own| own.name == table.name) {
                Some(index) => known.table_writers[index].extend(writers),
                None => {
                    known.tables.push(table);
                    known.table_writers.push(writers);
                }
            }
        }
        known.loops = longest(std::mem::take(&mut known.loops), std::mem::take(&mut other.loops));
        known.reached_from.append(&mut other.reached_from);
    }

    /// A write with its tables by name, so that the order of finding them does not matter.
    fn finish(mut draft: Arc<Self>) -> Arc<Self> {
        let write = Arc::make_mut(&mut draft);
        let tables = std::mem::take(&mut write.tables);
        let mut pairs: Vec<_> = tables.into_iter().zip(std::mem::take(&mut write.table_writers)).collect();
        pairs.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        write.tables.reserve_exact(pairs.len());
        write.table_writers.reserve_exact(pairs.len());
        for (table, mut writers) in pairs {
            writers.sort_unstable();
            writers.dedup();
            write.tables.push(table);
            write.table_writers.push(writers);
        }
        sort_reaches(&mut write.reached_from);
        draft
    }
}

/// Implements [`Operation`] for what needs no more than its reaches joined.
macro_rules! plain_operation {
    ($kind:ty, $field:ident, |$known:ident, $other:ident| $join:block) => {
        impl Operation for $kind {
            type Key = Place;
            type Draft = Arc<Self>;

            fn of(operations: &mut GroupOperations) -> &mut Vec<Arc<Self>> {
                &mut operations.$field
            }

            fn in_unit(operations: &GroupOperations) -> &[Arc<Self>] {
                &operations.$field
            }

            fn key(draft: &Arc<Self>) -> Place {
                draft.place
            }

            fn key_of(operation: &Self) -> Place {
                operation.place
            }

            fn file(key: &Place) -> FileId {
                key.file
            }

            fn ways(draft: &mut Arc<Self>) -> &mut Vec<Reach> {
                &mut Arc::make_mut(draft).reached_from
            }

            fn all_ways(&mut self) -> &mut Vec<Reach> {
                &mut self.reached_from
            }

            fn renumber(draft: &mut Arc<Self>, ids: &[ProcedureId]) {
                renumber(Self::ways(draft), ids);
            }

            fn join($known: &mut Arc<Self>, $other: &mut Arc<Self>) {
                let ($known, $other) = (Arc::make_mut($known), Arc::make_mut($other));
                $join
                $known.reached_from.append(&mut $other.reached_from);
            }

            fn finish(mut draft: Arc<Self>) -> Arc<Self> {
                sort_reaches(Self::ways(&mut draft));
                draft
            }
        }
    };
}

plain_operation!(Dispatch, dispatches, |known, other| {
    known.is_conditional &= other.is_conditional;
    if known.target != other.target {
        known.target = Target::Unknown;
    }
});
plain_operation!(Ambient, ambient, |known, other| {});
plain_operation!(EndlessLoop, endless_loops, |known, other| {});
plain_operation!(Unfollowed, unfollowed, |known, other| {});

/// The parts that roots show; those of code that nothing reaches only if there are no others.
fn in_order<T>(mut drafts: Vec<Draft<T>>) -> impl Iterator<Item = T> {
    if drafts.iter().any(|draft| draft.order.is_some()) {
        drafts.retain(|draft| draft.order.is_some());
    }
    drafts.sort_by_key(|draft| draft.order);
    drafts.into_iter().map(|draft| draft.part)
}

/// Each root belongs to one unit, so none is there twice.
fn sort_reaches(reaches: &mut [Reach]) {
    reaches.sort_by_key(|reach| reach.procedure);
}

fn renumber(reaches: &mut [Reach], ids: &[ProcedureId]) {
    for reach in reaches {
        reach.procedure = renumbered(reach.procedure, ids);
    }
}

fn renumbered(procedure: ProcedureId, ids: &[ProcedureId]) -> ProcedureId {
    ids.get(procedure.0 as usize).copied().unwrap_or(procedure)
}
