//! Which tables code uses, and what for.

mod tally;

use std::sync::OnceLock;

use ecow::EcoString;
use lunora_project::access::{AccessPath, Condition, Indeterminacy, Read, Selection, Surface, Write};
use lunora_project::schema::{Relation, Table};
use lunora_project::{ProcedureKind, Project, Shared};
use rustc_hash::{FxHashMap, FxHashSet};

use self::tally::{Step, Tally, difference};

/// What reads and writes use tables for, code that nothing reaches included. They are counted, so that another version of the project
/// costs as much as differs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uses {
    reads: Shared<Read>,
    writes: Shared<Write>,
    tables: FxHashMap<String, TableUses>,
    /// Reads that may look through any table.
    reads_of_any: usize,
    /// Writes to tables whose names can't be told.
    writes_to_any: usize,
    /// Inserts among them.
    inserts_into_any: usize,
}

/// What reads and writes use one table for.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableUses {
    mentions: usize,
    inserts: usize,
    /// Operations of which it can't be told what they find rows by.
    open: usize,
    /// Indexes that are named. One that is named by a call for another kind is meant all the same: `unknown_index` says so.
    named: Tally<String>,
    /// Columns that rows are selected or sorted by without naming an index.
    columns: Tally<String>,
    /// Sets of columns that something is counted or summed by.
    aggregated: Tally<Vec<String>>,
    /// Relations that are loaded.
    relations: Tally<String>,
    /// Reads that may load any relation.
    loads_of_any: usize,
}

/// What a project does with its tables.
#[derive(Debug)]
pub(crate) struct TableUsage<'a> {
    project: &'a Project,
    uses: &'a Uses,
    /// The tables that something other than a read or write mentions, once a rule has asked.
    declared: OnceLock<FxHashSet<&'a str>>,
}

impl Uses {
    /// Counts what is new in a version of a project, and no more what is gone.
    pub(crate) fn update(&mut self, project: &Project) {
        let reads = std::mem::replace(&mut self.reads, project.reads.clone());
        for (step, read) in difference(&reads, &project.reads, |read| read.key) {
            self.count_read(read, step);
        }
        let writes = std::mem::replace(&mut self.writes, project.writes.clone());
        for (step, write) in difference(&writes, &project.writes, |write| write.site) {
            self.count_write(write, step);
        }
    }

    /// What a table is used for; `None` if no read or write names it.
    pub(crate) fn of_table(&self, table: &str) -> Option<&TableUses> {
        self.tables.get(table)
    }

    /// Whether a read may look through any table.
    pub(crate) fn may_read_any_table(&self) -> bool {
        self.reads_of_any > 0
    }

    fn count_read(&mut self, read: &Read, step: Step) {
        for path in &read.paths {
            if may_read_any_table(path) {
                step.count(&mut self.reads_of_any);
            }
            for table in &path.tables {
                self.of(&table.name, |uses| uses.count_path(read, path, step));
            }
        }
    }

    fn count_write(&mut self, write: &Write, step: Step) {
        if may_write_any_table(write) {
            step.count(&mut self.writes_to_any);
        }
        if write.is_insert() && !write.is_table_known && write.is_database_certain {
            step.count(&mut self.inserts_into_any);
        }
        for table in &write.tables {
            self.of(&table.name, |uses| uses.count_write(write, step));
        }
    }

    /// Lets something be counted of a table.
    fn of(&mut self, table: &str, count: impl FnOnce(&mut TableUses)) {
        match self.tables.get_mut(table) {
            Some(uses) => count(uses),
            None => count(self.tables.entry(table.to_owned()).or_default()),
        }
    }
}

impl TableUses {
    /// Whether a read names an index.
    pub(crate) fn names_index(&self, name: &str) -> bool {
        self.named.has(name)
    }

    /// Whether rows are selected or sorted by a column without an index being named.
    pub(crate) fn has_column(&self, column: &str) -> bool {
        self.columns.has(column)
    }

    /// Sets of columns that something is counted or summed by.
    pub(crate) fn aggregated(&self) -> impl Iterator<Item = &[String]> {
        self.aggregated.iter().map(Vec::as_slice)
    }

    /// Whether there is an operation of which it can't be told what it finds rows by.
    pub(crate) fn is_open(&self) -> bool {
        self.open > 0
    }

    /// Whether a relation may be loaded with rows.
    pub(crate) fn loads(&self, relation: &Relation) -> bool {
        self.loads_of_any > 0 || self.relations.has(relation.name.as_str())
    }

    fn count_path(&mut self, read: &Read, path: &AccessPath, step: Step) {
        step.count(&mut self.mentions);
        let is_unreadable =
            |reason: &Indeterminacy| matches!(reason, Indeterminacy::IndexName | Indeterminacy::Arguments);
        if path.unknown.iter().any(is_unreadable) || path.method == "related" {
            step.count(&mut self.open);
        }
        if path.unknown.contains(&Indeterminacy::Arguments) {
            step.count(&mut self.loads_of_any);
        }
        self.relations.count_all(path.relations.iter().map(|relation| relation.name.as_str()), step);
        let index = path.index.iter().filter_map(|used| used.name.as_ref());
        self.named.count_all(index.map(|(name, _)| name.as_str()), step);
        // What a filter tests, the read could find by an index: `filter_without_index` says so.
        let tested = path.filters.iter().chain(&read.row_filters).flat_map(|filter| &filter.conditions);
        self.count_conditions(tested, step);
        let sorted = read.row_sorts.iter().filter_map(|sort| sort.columns.as_ref()).flatten();
        self.columns.count_all(sorted.map(EcoString::as_str), step);
        if path.surface != Surface::Fluent {
            self.count_arguments(path, step);
        }
    }

    fn count_arguments(&mut self, path: &AccessPath, step: Step) {
        self.count_selection(&path.selection, step);
        self.columns.count_all(path.order_by.iter().map(|field| field.name.as_str()), step);
        if matches!(path.method.as_str(), "count" | "aggregate" | "groupBy") {
            self.columns.count_all(path.other_fields.iter().map(|field| field.name.as_str()), step);
            let conditions = path.selection.conditions.iter();
            let columns: Vec<String> = conditions.map(|condition| condition.column.to_string()).collect();
            self.aggregated.count(&columns, step);
        }
    }

    fn count_write(&mut self, write: &Write, step: Step) {
        step.count(&mut self.mentions);
        if write.is_insert() {
            step.count(&mut self.inserts);
        }
        if write.is_upsert() && write.target.is_none() {
            step.count(&mut self.open);
        }
        self.count_selection(&write.selection, step);
        let target = write.target.iter().flatten();
        self.columns.count_all(target.map(|column| column.name.as_str()), step);
    }

    fn count_selection(&mut self, selection: &Selection, step: Step) {
        if selection.is_open {
            step.count(&mut self.open);
        }
        let alternatives = selection.alternatives.iter().flatten().flatten();
        self.count_conditions(selection.conditions.iter().chain(alternatives), step);
    }

    fn count_conditions<'a>(&mut self, conditions: impl Iterator<Item = &'a Condition>, step: Step) {
        self.columns.count_all(conditions.map(|condition| condition.column.as_str()), step);
    }
}

impl<'a> TableUsage<'a> {
    /// `uses` are those of this version of the project.
    pub(crate) fn new(project: &'a Project, uses: &'a Uses) -> Self {
        Self { project, uses, declared: OnceLock::new() }
    }

    /// What reads and writes use tables for.
    pub(crate) fn uses(&self) -> &'a Uses {
        self.uses
    }

    /// Whether surely no code makes rows of a table.
    pub(crate) fn is_never_inserted(&self, table: &Table) -> bool {
        self.project.is_fully_read()
            && self.uses.inserts_into_any == 0
            && self.uses.of_table(&table.name).is_none_or(|uses| uses.inserts == 0)
    }

    /// Whether code, a relation, a shape or an id mentions a table.
    pub(crate) fn is_mentioned(&self, table: &Table) -> bool {
        self.uses.of_table(&table.name).is_some_and(|uses| uses.mentions > 0)
            || self.declared.get_or_init(|| declared(self.project)).contains(table.name.as_str())
    }

    /// Whether surely nothing uses a table.
    pub(crate) fn is_unused(&self, table: &Table) -> bool {
        let is_use_open =
            !self.project.is_fully_read() || self.uses.may_read_any_table() || self.uses.writes_to_any > 0;
        let is_ours = table.extension.is_none() && !table.is_externally_managed();
        is_ours && !is_use_open && !self.is_mentioned(table)
    }
}

/// The tables that something other than a read or write mentions: an id, a relation, or a procedure that belongs to one.
fn declared(project: &Project) -> FxHashSet<&str> {
    let ids = project.id_tables.iter().map(|table| table.name.as_str());
    // A trigger runs because of its table; that is no use of it.
    let owners = project.procedures.iter().filter(|procedure| procedure.kind != ProcedureKind::Trigger);
    let owned = owners.filter_map(|procedure| procedure.table.as_ref()).map(|(name, _)| name.as_str());
    let relations = project.schema.tables.iter().flat_map(|table| &table.relations);
    let targets = relations.filter_map(|relation| relation.target.as_ref()).map(|(name, _)| name.as_str());
    ids.chain(owned).chain(targets).collect()
}

/// Whether a read may look through any table. Rows are read by id only where something else has put them: such a read makes no use of a
/// table, and needs no index.
fn may_read_any_table(path: &AccessPath) -> bool {
    !path.is_table_known && path.method != "get" && !path.unknown.contains(&Indeterminacy::Database)
}

fn may_write_any_table(write: &Write) -> bool {
    // Without a table, these are addressed by ids, or mean every table.
    let names_none =
        write.is_by_id || matches!(write.method.as_str(), "patchMany" | "deleteMany" | "wipeShard");
    !write.is_table_known && write.is_database_certain && !names_none
}
