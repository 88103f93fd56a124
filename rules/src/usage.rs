//! Which tables code uses at all.

use lunora_project::access::{AccessPath, Indeterminacy, Write};
use lunora_project::schema::Table;
use lunora_project::{ProcedureKind, Project};
use rustc_hash::FxHashSet;

/// What a project does with its tables, code that nothing reaches included.
#[derive(Debug, Default)]
pub(crate) struct TableUsage<'a> {
    inserted: FxHashSet<&'a str>,
    mentioned: FxHashSet<&'a str>,
    /// Whether rows may be made in a table whose name can't be told, or in a file that could not be read.
    is_insert_open: bool,
    /// Whether a table whose name can't be told may be read or written, or something could not be read.
    is_use_open: bool,
}

impl<'a> TableUsage<'a> {
    /// Looks through a project.
    pub(crate) fn of(project: &'a Project) -> Self {
        let mut usage = Self {
            is_insert_open: !project.is_fully_read(),
            is_use_open: !project.is_fully_read(),
            ..Self::default()
        };
        for read in &project.reads {
            for path in &read.paths {
                usage.mentioned.extend(path.tables.iter().map(|table| table.name.as_str()));
                usage.is_use_open |= may_read_any_table(path);
            }
        }
        for write in &project.writes {
            let names = write.tables.iter().map(|table| table.name.as_str());
            usage.mentioned.extend(names.clone());
            usage.is_use_open |= may_write_any_table(write);
            if write.is_insert() {
                usage.inserted.extend(names);
                usage.is_insert_open |= !write.is_table_known && write.is_database_certain;
            }
        }
        let ids = project.id_tables.iter().map(|table| table.name.as_str());
        // A trigger runs because of its table; that is no use of it.
        let owners = project.procedures.iter().filter(|procedure| procedure.kind != ProcedureKind::Trigger);
        let owned = owners.filter_map(|procedure| procedure.table.as_ref());
        let targets = project
            .schema
            .tables
            .iter()
            .flat_map(|table| &table.relations)
            .filter_map(|relation| relation.target.as_ref());
        usage.mentioned.extend(ids);
        usage.mentioned.extend(owned.chain(targets).map(|(name, _)| name.as_str()));
        usage
    }

    /// Whether surely no code makes rows of a table.
    pub(crate) fn is_never_inserted(&self, table: &Table) -> bool {
        !self.is_insert_open && !self.inserted.contains(table.name.as_str())
    }

    /// Whether code, a relation, a shape or an id mentions a table.
    pub(crate) fn is_mentioned(&self, table: &Table) -> bool {
        self.mentioned.contains(table.name.as_str())
    }

    /// Whether surely nothing uses a table.
    pub(crate) fn is_unused(&self, table: &Table) -> bool {
        let is_ours = table.extension.is_none() && !table.is_externally_managed();
        is_ours && !self.is_use_open && !self.is_mentioned(table)
    }
}

/// Whether a read may look through any table. Rows are read by id only where something else has put them: such a read makes no use of a
/// table, and needs no index.
pub(crate) fn may_read_any_table(path: &AccessPath) -> bool {
    !path.is_table_known && path.method != "get" && !path.unknown.contains(&Indeterminacy::Database)
}

fn may_write_any_table(write: &Write) -> bool {
    // Without a table, these are addressed by ids, or mean every table.
    let names_none =
        write.is_by_id || matches!(write.method.as_str(), "patchMany" | "deleteMany" | "wipeShard");
    !write.is_table_known && write.is_database_certain && !names_none
}
