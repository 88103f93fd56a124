//! Who uses tables and indexes.

use lunora_project::access::{Reach, Read};
use lunora_project::index_choice::{
    IndexChoice, IndexMatch, index_for, index_for_relation, index_for_selection,
};
use lunora_project::schema::Table;
use lunora_project::{Place, ProcedureId, Project};
use rustc_hash::FxHashMap;

use super::words::reads_of;
use crate::snapshot::FileView;

/// Who uses the tables of a project, gathered in one walk over all that it reads and writes.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    /// By their positions in the schema.
    tables: Vec<TableUsage>,
    /// The positions of tables, by name.
    positions: FxHashMap<String, usize>,
}

/// Who uses a table.
#[derive(Clone, Debug, Default)]
pub(super) struct TableUsage {
    /// How the reads that some procedure reaches find its rows, one for each.
    pub(super) findings: Vec<Finding>,
    /// The procedures that read it, also by way of relations, sorted.
    pub(super) readers: Vec<ProcedureId>,
    /// The procedures that write it, sorted.
    pub(super) writers: Vec<ProcedureId>,
    /// What uses each of its indexes, by name or not, in their order.
    pub(super) indexes: Vec<IndexUsers>,
}

/// What uses an index.
#[derive(Clone, Debug, Default)]
pub(super) struct IndexUsers {
    /// The reads and writes in bulk.
    pub(super) places: Vec<Place>,
    /// The procedures that do it, sorted.
    pub(super) procedures: Vec<ProcedureId>,
}

/// How a read finds its rows in a table, over all ways that lead to it. The worst counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Finding {
    Indexed,
    Unknown,
    Scan,
}

impl Usage {
    pub(crate) fn of(project: &Project) -> Self {
        let tables = project.schema.tables.iter();
        let mut usage = Self {
            tables: tables
                .clone()
                .map(|table| TableUsage {
                    indexes: vec![IndexUsers::default(); table.indexes.len()],
                    ..TableUsage::default()
                })
                .collect(),
            positions: FxHashMap::default(),
        };
        for (position, table) in tables.enumerate() {
            usage.positions.entry(table.name.clone()).or_insert(position);
        }
        for read in &project.reads {
            usage.read(project, read);
        }
        for write in &project.writes {
            for name in &write.tables {
                let Some(position) = usage.positions.get(name.name.as_str()).copied() else { continue };
                usage.tables[position].writers.extend(write.writers_of(&name.name));
                if write.selection.is_present {
                    let choice = index_for_selection(&project.schema.tables[position], &write.selection);
                    usage.tables[position].serve(
                        &project.schema.tables[position],
                        choice.matches(),
                        write.place,
                        &write.reached_from,
                    );
                }
            }
        }
        for table in &mut usage.tables {
            let users = table.indexes.iter_mut().map(|index| &mut index.procedures);
            for procedures in users.chain([&mut table.readers, &mut table.writers]) {
                procedures.sort_unstable();
                procedures.dedup();
            }
        }
        usage
    }

    /// Who uses a table of the schema.
    pub(super) fn of_table(&self, table: &Table) -> Option<&TableUsage> {
        self.tables.get(*self.positions.get(&table.name)?)
    }

    fn read(&mut self, project: &Project, read: &Read) {
        let mut findings: Vec<(usize, Finding)> = Vec::new();
        for path in &read.paths {
            for name in &path.tables {
                let Some(position) = self.positions.get(name.name.as_str()).copied() else { continue };
                let table = &project.schema.tables[position];
                let choice = index_for(table, path);
                let finding = match choice {
                    _ if choice.reads_everything(path) => Finding::Scan,
                    IndexChoice::Unknown => Finding::Unknown,
                    _ => Finding::Indexed,
                };
                match findings.iter_mut().find(|(known, _)| *known == position) {
                    Some((_, known)) => *known = finding.max(*known),
                    None => findings.push((position, finding)),
                }
                let usage = &mut self.tables[position];
                usage.readers.extend(&path.reached_from);
                usage.serve(table, choice.matches(), read.place, &read.reached_from);
                let relations = table
                    .relations
                    .iter()
                    .filter(|relation| path.relations.iter().any(|used| used.name == relation.name));
                for relation in relations {
                    let target =
                        relation.target.as_ref().and_then(|(name, _)| self.positions.get(name).copied());
                    let Some(position) = target else { continue };
                    let target = &project.schema.tables[position];
                    let choice = index_for_relation(target, relation);
                    self.tables[position].readers.extend(&path.reached_from);
                    self.tables[position].serve(target, choice.matches(), read.place, &read.reached_from);
                }
            }
        }
        if !read.reached_from.is_empty() {
            for (position, finding) in findings {
                self.tables[position].findings.push(finding);
            }
        }
    }
}

impl TableUsage {
    /// Notes the indexes of the table by which an operation finds its rows.
    fn serve(&mut self, table: &Table, matches: &[IndexMatch<'_>], place: Place, reached_from: &[Reach]) {
        for found in matches {
            let position = table.indexes.iter().position(|known| std::ptr::eq(known, found.index));
            let Some(users) = position.and_then(|position| self.indexes.get_mut(position)) else { continue };
            // One operation after the other: if it is known, it is the last.
            if users.places.last() != Some(&place) {
                users.places.push(place);
                users.procedures.extend(reached_from.iter().map(|reach| reach.procedure));
            }
        }
    }
}

/// The names of procedures, sorted, each once.
pub(super) fn names(project: &Project, ids: &[ProcedureId]) -> Vec<String> {
    let mut names: Vec<String> = ids.iter().map(|id| project.procedure(*id).name.to_string()).collect();
    names.sort();
    names.dedup();
    names
}

/// The reads, and writes in bulk, that an index serves.
pub(crate) fn places_of_index(file: FileView<'_>, table: &str, index: &str) -> Vec<Place> {
    let found = file.project().schema.table(table).and_then(|table| {
        let position = table.indexes.iter().position(|known| known.name.as_deref() == Some(index))?;
        Some(file.view.usage().of_table(table)?.indexes.get(position)?.places.clone())
    });
    found.unwrap_or_default()
}

/// Where the procedure that is declared at an offset reads and writes, itself and through what it calls.
pub(crate) fn places_of_procedure(file: FileView<'_>, offset: u32) -> Vec<Place> {
    let project = file.project();
    let is_here = |place: Place| {
        let span = project.span(place);
        place.file == file.id && span.start <= offset && offset <= span.end
    };
    let position = project.procedures.iter().position(|procedure| is_here(procedure.place));
    let Some(id) = position.and_then(|position| u32::try_from(position).ok()).map(ProcedureId) else {
        return Vec::new();
    };
    let is_own = |reach: &Reach| reach.procedure == id;
    let writes = project.writes.iter().filter(|write| write.reached_from.iter().any(is_own));
    reads_of(project, id).map(|read| read.place).chain(writes.map(|write| write.place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::testing::PROJECT;
    use crate::testing::fixture;

    #[test]
    fn tables_and_indexes_are_used_by_name_by_condition_in_bulk_and_by_relation() {
        let code = r#"//- /lunora/a.ts
import { mutation, query } from "./_generated/server";
export const named = query.query(({ ctx, args }) =>
    ctx.db.query("messages").withIndex("by_channel", (q) => q.eq("channel", args.channel)).collect());
export const implied = query.query(({ ctx, args }) =>
    ctx.db.messages.findMany({ where: { channel: args.channel }, with: { room: true } }));
export const all = query.query(({ ctx }) => ctx.db.query("messages").collect());
export const bulk = mutation.mutation(({ ctx, args }) => ctx.db.deleteWhere("messages", { channel: args.channel }));
export const add = mutation.mutation(({ ctx }) => ctx.db.insert("rooms", { name: "x" }));
"#;
        let fixture = fixture(&format!("{PROJECT}{code}"));
        let view = &fixture.snapshot.projects[0];
        let project = view.project();
        let usage = |table: &str| {
            view.usage().of_table(project.schema.table(table).expect("a table")).expect("its usage")
        };
        let messages = usage("messages");
        assert_eq!(messages.findings, [Finding::Indexed, Finding::Indexed, Finding::Scan]);
        assert_eq!(names(project, &messages.readers), ["a:all", "a:implied", "a:named"]);
        assert_eq!(names(project, &messages.writers), ["a:bulk"]);
        assert_eq!(messages.indexes[0].places.len(), 3);
        assert_eq!(names(project, &messages.indexes[0].procedures), ["a:bulk", "a:implied", "a:named"]);
        let rooms = usage("rooms");
        assert_eq!((rooms.findings.len(), rooms.indexes[0].places.len()), (0, 0));
        assert_eq!(names(project, &rooms.readers), ["a:implied"]);
        assert_eq!(names(project, &rooms.writers), ["a:add"]);
    }
}
