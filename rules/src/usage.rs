//! Which tables code uses at all.

use lunora_project::Project;
use lunora_project::schema::Table;
use rustc_hash::FxHashSet;

/// What a project does with its tables, code that nothing reaches included.
#[derive(Debug, Default)]
pub(crate) struct TableUsage {
    inserted: FxHashSet<String>,
    mentioned: FxHashSet<String>,
    /// Whether rows may be made in a table whose name can't be told, or in a file that could not be read.
    is_insert_open: bool,
}

impl TableUsage {
    /// Looks through a project.
    pub(crate) fn of(project: &Project) -> Self {
        let mut usage = Self { is_insert_open: !project.is_fully_read(), ..Self::default() };
        for read in &project.reads {
            for path in &read.paths {
                usage.mentioned.extend(path.tables.iter().map(|table| table.name.clone()));
            }
        }
        for write in &project.writes {
            let names = write.tables.iter().map(|table| table.name.clone());
            usage.mentioned.extend(names.clone());
            if write.is_insert() {
                usage.inserted.extend(names);
                usage.is_insert_open |= !write.is_table_known && write.is_database_certain;
            }
        }
        let ids = project.id_tables.iter().map(|table| table.name.clone());
        let owned = project.procedures.iter().filter_map(|procedure| procedure.table.as_ref());
        let targets = project
            .schema
            .tables
            .iter()
            .flat_map(|table| &table.relations)
            .filter_map(|relation| relation.target.as_ref());
        usage.mentioned.extend(ids);
        usage.mentioned.extend(owned.chain(targets).map(|(name, _)| name.clone()));
        usage
    }

    /// Whether surely no code makes rows of a table.
    pub(crate) fn is_never_inserted(&self, table: &Table) -> bool {
        !self.is_insert_open && !self.inserted.contains(&table.name)
    }

    /// Whether code, a relation, a shape or an id mentions a table.
    pub(crate) fn is_mentioned(&self, table: &Table) -> bool {
        self.mentioned.contains(&table.name)
    }
}
