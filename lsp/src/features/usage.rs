//! Who uses tables and indexes.

use lunora_project::access::{Reach, Read};
use lunora_project::graph::{Node, ProjectGraph};
use lunora_project::index_choice::IndexChoice;
use lunora_project::schema::{Index, Table};
use lunora_project::{Place, ProcedureId, Project};

use super::words::{choices, reads_of};
use crate::snapshot::FileView;

/// What uses an index.
#[derive(Debug, Default)]
pub(super) struct IndexUsers {
    /// The reads and writes in bulk.
    pub(super) places: Vec<Place>,
    /// The procedures that do it, by name.
    pub(super) procedures: Vec<String>,
}

impl IndexUsers {
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// How a read finds its rows in a table, over all ways that lead to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Finding {
    Indexed,
    Scan,
    Unknown,
}

/// The reads of a table that some procedure reaches, with how they find their rows.
pub(super) fn reads_of_table<'a>(
    project: &'a Project,
    table: &'a Table,
) -> impl Iterator<Item = (&'a Read, Finding)> {
    let reached = project.reads.iter().filter(|read| !read.reached_from.is_empty());
    reached.filter_map(|read| {
        let mut found = None;
        for path in &read.paths {
            for (_, choice) in choices(project, path).filter(|(own, _)| own.name == table.name) {
                let finding = match choice {
                    _ if choice.reads_everything(path) => Finding::Scan,
                    IndexChoice::Unknown => Finding::Unknown,
                    _ => Finding::Indexed,
                };
                found = Some(match (found, finding) {
                    (Some(Finding::Scan), _) | (_, Finding::Scan) => Finding::Scan,
                    (Some(Finding::Unknown), _) | (_, Finding::Unknown) => Finding::Unknown,
                    _ => Finding::Indexed,
                });
            }
        }
        Some((read, found?))
    })
}

/// The names of the procedures that read a table.
pub(super) fn readers(project: &Project, table: &Table) -> Vec<String> {
    let reads = reads_of_table(project, table).map(|(read, _)| read);
    let paths = reads.flat_map(|read| &read.paths);
    let own = paths.filter(|path| path.tables.iter().any(|known| known.name == table.name));
    names(project, own.flat_map(|path| path.reached_from.iter().copied()))
}

/// The names of the procedures that write a table.
pub(super) fn writers(project: &Project, table: &Table) -> Vec<String> {
    names(project, project.writes.iter().flat_map(|write| write.writers_of(&table.name).iter().copied()))
}

/// What uses an index, by name or not.
pub(super) fn index_users(project: &Project, table: &Table, index: &Index) -> IndexUsers {
    index_users_in(&ProjectGraph::new(project), project, table, index)
}

/// As [`index_users`], where the graph is there already.
pub(super) fn index_users_in(
    graph: &ProjectGraph,
    project: &Project,
    table: &Table,
    index: &Index,
) -> IndexUsers {
    let tables = &project.schema.tables;
    let position = tables.iter().position(|known| known.name == table.name);
    let index = table.indexes.iter().position(|known| std::ptr::eq(known, index));
    let (Some(position), Some(index)) = (position, index) else { return IndexUsers::default() };
    let mut users = IndexUsers::default();
    let mut procedures = Vec::new();
    for node in graph.served_by(position, index) {
        let operation = match node {
            Node::Read(read) => project.reads.get(*read).map(|read| (read.place, &read.reached_from)),
            Node::Write(write) => project.writes.get(*write).map(|write| (write.place, &write.reached_from)),
            _ => None,
        };
        let Some((place, reached)) = operation else { continue };
        users.places.push(place);
        procedures.extend(reached.iter().map(|reach| reach.procedure));
    }
    users.procedures = names(project, procedures.into_iter());
    users
}

/// The reads, and writes in bulk, that an index serves.
pub(crate) fn places_of_index(project: &Project, table: &str, index: &str) -> Vec<Place> {
    let table = project.schema.table(table);
    let found = table.and_then(|table| {
        let index = table.indexes.iter().find(|known| known.name.as_deref() == Some(index))?;
        Some(index_users(project, table, index).places)
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

fn names(project: &Project, ids: impl Iterator<Item = ProcedureId>) -> Vec<String> {
    let mut names: Vec<String> = ids.map(|id| project.procedure(id).name.clone()).collect();
    names.sort();
    names.dedup();
    names
}
