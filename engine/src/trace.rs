//! What a call did to the database.

use serde::Serialize;

/// What a call did, in order.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// Every operation of `ctx.db`, in the order in which they began.
    pub operations: Vec<Operation>,
}

impl Trace {
    /// The rows that SQLite visited for all operations.
    #[must_use]
    pub fn rows_visited(&self) -> u64 {
        self.operations.iter().map(Operation::rows_visited).sum()
    }

    /// The rows that all operations gave back.
    #[must_use]
    pub fn rows_returned(&self) -> u64 {
        self.operations.iter().map(|operation| operation.rows_returned).sum()
    }

    /// The rows that were written or removed.
    #[must_use]
    pub fn rows_written(&self) -> u64 {
        let statements = self.operations.iter().flat_map(|operation| &operation.statements);
        statements.map(|statement| statement.rows_written).sum()
    }
}

/// One call of a method of `ctx.db`, or of a reader's terminal.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// The functions that led here, by key: the one that was called first, the one that asked last.
    pub path: Vec<String>,
    /// The method: `collect`, `findMany`, `insert`…
    pub method: String,
    /// `fluent`, `flat`, `facade` or `orm`.
    pub surface: String,
    /// The table as the code names it; `None` where only an id is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The index as the code names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named_index: Option<String>,
    /// The shard.
    pub shard: String,
    /// The operation whose trigger began this one, as a position in the trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<usize>,
    /// Where the code asks, innermost first. Empty if the code that asks is not of the project.
    pub sites: Vec<Site>,
    /// Where the reader was made, for a fluent read; innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<Site>,
    /// What SQLite ran for it.
    pub statements: Vec<Statement>,
    /// The rows that the code got.
    pub rows_returned: u64,
}

impl Operation {
    /// The rows that SQLite visited for it.
    #[must_use]
    pub fn rows_visited(&self) -> u64 {
        self.statements.iter().map(|statement| statement.rows_visited).sum()
    }
}

/// One statement that SQLite ran.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// The table.
    pub table: String,
    /// What it does.
    pub action: Action,
    /// The conditions that all rows must satisfy, in the order of the code: those of the range first, then the rest of a `where`. What
    /// is below an alternative or a negation is not among them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Restriction>,
    /// The order of the rows, the id that breaks ties last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<Ordering>,
    /// How many rows are asked for at the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The lines of SQLite's plan. For an index of another kind, which is simulated, the words that say so.
    pub plan: Vec<String>,
    /// The declared index that answers, by the name that the schema gives it; the column, for the index of its own `.unique()`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// Whether the plan steps through the whole of a table or index.
    pub is_scan: bool,
    /// Whether a search, rank or aggregate index answers, whose cost is taken to be what it gives.
    pub is_simulated: bool,
    /// The rows that came out of the table or index before any other condition was looked at.
    pub rows_visited: u64,
    /// The rows that it gave.
    pub rows_returned: u64,
    /// The rows that it wrote or removed.
    pub rows_written: u64,
    /// The bytes of the documents that it gave or wrote.
    pub bytes: u64,
}

impl Statement {
    /// A statement that did nothing yet.
    pub(crate) fn new(table: &str, action: Action) -> Self {
        Self {
            table: table.to_owned(),
            action,
            conditions: Vec::new(),
            order: Vec::new(),
            limit: None,
            plan: Vec::new(),
            index: None,
            is_scan: false,
            is_simulated: false,
            rows_visited: 0,
            rows_returned: 0,
            rows_written: 0,
            bytes: 0,
        }
    }
}

/// A condition on a column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restriction {
    /// The column.
    pub column: String,
    /// `eq`, `ne`, `lt`, `lte`, `gt`, `gte`, `isNull`, `in` or `contains`.
    pub operator: &'static str,
}

/// A key of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ordering {
    /// The column.
    pub column: String,
    /// Whether larger values come first.
    pub is_descending: bool,
}

/// What a [`Statement`] does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// It reads rows.
    Read,
    /// It counts or sums.
    Aggregate,
    /// It looks for an id.
    Lookup,
    /// It stores a new row.
    Insert,
    /// It changes a row.
    Update,
    /// It removes a row.
    Remove,
}

/// A place in the source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// The file, from the project's root.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in UTF-16 code units.
    pub column: u32,
    /// The function that holds it, if it has a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
}
