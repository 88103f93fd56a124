//! Joins what the groups of files found, so that the result is the same for any number of groups.

use rustc_hash::FxHashMap;

use super::operations::{Draft, GroupOperations, ReadDraft, add_reach, longest};
use crate::access::{AccessPath, Ambient, Dispatch, EndlessLoop, LoopKind, Reach, Read, Target, Write};
use crate::place::{Place, Site};
use crate::procedure::ProcedureId;

/// The operations of a project.
#[derive(Default)]
pub(crate) struct Operations {
    pub(crate) reads: Vec<Read>,
    pub(crate) writes: Vec<Write>,
    pub(crate) dispatches: Vec<Dispatch>,
    pub(crate) ambient: Vec<Ambient>,
    pub(crate) endless_loops: Vec<EndlessLoop>,
}

/// Merges the operations of groups; each comes with the ids of its roots among all procedures.
pub(crate) fn merge(groups: Vec<(GroupOperations, Vec<ProcedureId>)>) -> Operations {
    let mut merger = Merger::default();
    for (group, ids) in groups {
        merger.add(group, &ids);
    }
    merger.finish()
}

#[derive(Default)]
struct Merger {
    reads: FxHashMap<Site, ReadDraft>,
    writes: FxHashMap<Site, Write>,
    dispatches: FxHashMap<Place, Dispatch>,
    ambient: FxHashMap<Place, Ambient>,
    endless_loops: FxHashMap<Place, EndlessLoop>,
}

impl Merger {
    fn add(&mut self, group: GroupOperations, ids: &[ProcedureId]) {
        for mut draft in group.reads {
            renumber(&mut draft.read.reached_from, ids);
            for path in &mut draft.paths {
                for procedure in &mut path.part.reached_from {
                    *procedure = renumbered(*procedure, ids);
                }
            }
            match self.reads.get_mut(&draft.read.key) {
                Some(known) => {
                    join_reaches(&mut known.read.reached_from, draft.read.reached_from);
                    known.paths.append(&mut draft.paths);
                    known.filters.append(&mut draft.filters);
                    known.sorts.append(&mut draft.sorts);
                }
                None => {
                    self.reads.insert(draft.read.key, draft);
                }
            }
        }
        for mut write in group.writes {
            renumber(&mut write.reached_from, ids);
            for procedure in write.table_writers.iter_mut().flatten() {
                *procedure = renumbered(*procedure, ids);
            }
            match self.writes.get_mut(&write.site) {
                Some(known) => join_writes(known, write),
                None => {
                    self.writes.insert(write.site, write);
                }
            }
        }
        for mut dispatch in group.dispatches {
            renumber(&mut dispatch.reached_from, ids);
            match self.dispatches.get_mut(&dispatch.place) {
                Some(known) => {
                    known.is_conditional &= dispatch.is_conditional;
                    if known.target != dispatch.target {
                        known.target = Target::Unknown;
                    }
                    join_reaches(&mut known.reached_from, dispatch.reached_from);
                }
                None => {
                    self.dispatches.insert(dispatch.place, dispatch);
                }
            }
        }
        for mut ambient in group.ambient {
            renumber(&mut ambient.reached_from, ids);
            match self.ambient.get_mut(&ambient.place) {
                Some(known) => join_reaches(&mut known.reached_from, ambient.reached_from),
                None => {
                    self.ambient.insert(ambient.place, ambient);
                }
            }
        }
        for mut endless in group.endless_loops {
            renumber(&mut endless.reached_from, ids);
            match self.endless_loops.get_mut(&endless.place) {
                Some(known) => join_reaches(&mut known.reached_from, endless.reached_from),
                None => {
                    self.endless_loops.insert(endless.place, endless);
                }
            }
        }
    }

    fn finish(self) -> Operations {
        let mut operations = Operations {
            reads: self.reads.into_values().map(finish_read).collect(),
            writes: self.writes.into_values().map(finish_write).collect(),
            dispatches: self.dispatches.into_values().collect(),
            ambient: self.ambient.into_values().collect(),
            endless_loops: self.endless_loops.into_values().collect(),
        };
        operations.reads.sort_by_key(|read| read.key);
        operations.writes.sort_by_key(|write| write.site);
        operations.dispatches.sort_by_key(|dispatch| dispatch.place);
        operations.ambient.sort_by_key(|ambient| ambient.place);
        operations.endless_loops.sort_by_key(|endless| endless.place);
        for reaches in operations
            .reads
            .iter_mut()
            .map(|read| &mut read.reached_from)
            .chain(operations.writes.iter_mut().map(|write| &mut write.reached_from))
            .chain(operations.dispatches.iter_mut().map(|dispatch| &mut dispatch.reached_from))
            .chain(operations.ambient.iter_mut().map(|ambient| &mut ambient.reached_from))
            .chain(operations.endless_loops.iter_mut().map(|endless| &mut endless.reached_from))
        {
            reaches.sort_by_key(|reach| reach.procedure);
        }
        operations
    }
}

/// A read with its parts in the order of the roots that show them; each part once.
fn finish_read(draft: ReadDraft) -> Read {
    let mut read = draft.read;
    let mut paths: Vec<AccessPath> = Vec::new();
    let mut ways: Vec<(Vec<LoopKind>, Vec<ProcedureId>)> = Vec::new();
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
    read
}

/// The parts that roots show; those of code that nothing reaches only if there are no others.
fn in_order<T>(mut drafts: Vec<Draft<T>>) -> impl Iterator<Item = T> {
    if drafts.iter().any(|draft| draft.order.is_some()) {
        drafts.retain(|draft| draft.order.is_some());
    }
    drafts.sort_by_key(|draft| draft.order);
    drafts.into_iter().map(|draft| draft.part)
}

fn join_writes(known: &mut Write, other: Write) {
    known.is_table_known &= other.is_table_known;
    for (table, writers) in other.tables.into_iter().zip(other.table_writers) {
        match known.tables.iter().position(|own| own.name == table.name) {
            Some(index) => known.table_writers[index].extend(writers),
            None => {
                known.tables.push(table);
                known.table_writers.push(writers);
            }
        }
    }
    known.loops = longest(std::mem::take(&mut known.loops), other.loops);
    join_reaches(&mut known.reached_from, other.reached_from);
}

/// A write with its tables by name, so that the order of finding them does not matter.
fn finish_write(mut write: Write) -> Write {
    let tables = std::mem::take(&mut write.tables);
    let mut pairs: Vec<_> = tables.into_iter().zip(std::mem::take(&mut write.table_writers)).collect();
    pairs.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    for (table, mut writers) in pairs {
        writers.sort_unstable();
        writers.dedup();
        write.tables.push(table);
        write.table_writers.push(writers);
    }
    write
}

fn join_reaches(known: &mut Vec<Reach>, others: Vec<Reach>) {
    for reach in others {
        add_reach(known, Some(reach));
    }
}

fn renumber(reaches: &mut [Reach], ids: &[ProcedureId]) {
    for reach in reaches {
        reach.procedure = renumbered(reach.procedure, ids);
    }
}

fn renumbered(procedure: ProcedureId, ids: &[ProcedureId]) -> ProcedureId {
    ids.get(procedure.0 as usize).copied().unwrap_or(procedure)
}
