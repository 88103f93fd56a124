//! Code being written: lines, fresh names, and what goes to the library.

use crate::programs::grammar::{COLUMNS, Kind, Program, Table, Tier};

/// What tables are called, by their position.
const TABLES: [&str; 3] = ["notes", "tasks", "people"];

/// Writes the code of one program.
pub(super) struct Writer<'a> {
    pub(super) program: &'a Program,
    /// The lines of the present file.
    lines: Vec<String>,
    depth: usize,
    next: usize,
    /// Functions of the library that code asked for, as they are declared there.
    pub(super) library: Vec<String>,
    /// The names among them that the present file uses.
    pub(super) imported: Vec<String>,
}

/// What a function body may use.
#[derive(Clone)]
pub(super) struct Scope {
    /// An expression for the context, if there is one.
    pub(super) context: Option<String>,
    /// An expression for the database.
    pub(super) database: String,
    /// An expression for the arguments.
    pub(super) input: String,
    /// Whether middleware has added `store`, the database, to the context.
    pub(super) has_store: bool,
    /// Helpers before this one may be called.
    pub(super) helpers: usize,
    /// The procedure whose body this is: its position and kind.
    pub(super) procedure: Option<(usize, Kind)>,
}

impl Scope {
    /// The body of something that has a context.
    pub(super) fn of_context(context: &str, input: &str, helpers: usize) -> Self {
        Self {
            context: Some(context.to_owned()),
            database: format!("{context}.db"),
            input: input.to_owned(),
            has_store: false,
            helpers,
            procedure: None,
        }
    }

    /// The body of something that has only the database.
    pub(super) fn of_database(database: &str, input: &str, helpers: usize) -> Self {
        Self { context: None, database: database.to_owned(), ..Self::of_context("ctx", input, helpers) }
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        Self { program, lines: Vec::new(), depth: 0, next: 0, library: Vec::new(), imported: Vec::new() }
    }

    /// A line of code.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.lines.push(format!("{}{}", "  ".repeat(self.depth), text.as_ref()));
    }

    /// Lines within an opening and a closing one.
    pub(super) fn block(&mut self, open: impl AsRef<str>, close: &str, body: impl FnOnce(&mut Self)) {
        self.line(open);
        self.depth += 1;
        body(self);
        self.depth -= 1;
        self.line(close);
    }

    /// A name that nothing has yet.
    pub(super) fn name(&mut self, stem: &str) -> String {
        self.next += 1;
        format!("{stem}{}", self.next)
    }

    /// Declares a function in the library, and gives its name, which the present file imports.
    pub(super) fn in_library(&mut self, stem: &str, declaration: impl FnOnce(&str) -> String) -> String {
        let name = self.name(stem);
        self.library.push(declaration(&name));
        self.imported.push(name.clone());
        name
    }

    /// The present file's text; the next file begins empty.
    pub(super) fn take(&mut self) -> String {
        let mut text = std::mem::take(&mut self.lines).join("\n");
        text.push('\n');
        text
    }

    /// What a table is called.
    pub(super) fn table_name(&self, position: usize) -> &'static str {
        TABLES[position % self.program.tables.len()]
    }

    /// A table.
    pub(super) fn table(&self, position: usize) -> &'a Table {
        &self.program.tables[position % self.program.tables.len()]
    }

    /// The position of the next table that has a fluent reader; `None` if all are global.
    pub(super) fn fluent_table(&self, position: usize) -> Option<usize> {
        let count = self.program.tables.len();
        (0..count).map(|step| (position + step) % count).find(|at| self.table(*at).tier != Tier::Global)
    }
}

/// The columns of an index, each once.
pub(super) fn index_columns(columns: &[usize]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for column in columns {
        let name = COLUMNS[column % COLUMNS.len()];
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The indexes of a table: name and columns, each name once.
pub(super) fn indexes(table: &Table) -> Vec<(String, Vec<&'static str>)> {
    let mut found: Vec<(String, Vec<&'static str>)> = Vec::new();
    for columns in &table.indexes {
        let columns = index_columns(columns);
        let name = format!("by_{}", columns.join("_"));
        if found.iter().all(|(known, _)| *known != name) {
            found.push((name, columns));
        }
    }
    found
}

/// A value for a column, from the arguments.
pub(super) fn value_of(column: &str, input: &str) -> String {
    match column {
        "note" => format!("{input}.owner"),
        "parentId" => format!("{input}.id"),
        column => format!("{input}.{column}"),
    }
}
