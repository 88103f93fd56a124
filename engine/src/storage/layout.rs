//! The tables and indexes of a database, laid out as Lunora does.

use crate::schema::{Table, ValidatorKind};

/// The statements that make a table. Indexes of documents are on expressions, those of global tables on columns. An index of a global
/// table that names a column that isn't declared is left out, since no database could have it.
pub(crate) fn statements(table: &Table) -> Vec<String> {
    let name = &table.name;
    let mut statements = vec![if table.is_global() { global_table(table) } else { document_table(name) }];
    for index in &table.indexes {
        let exists = |field: &String| is_system(field) || table.column(field).is_some();
        if !table.is_global() || index.fields.iter().all(exists) {
            statements.push(index_statement(
                table,
                &format!("{name}_{}", index.name),
                &index.fields,
                index.unique,
            ));
        }
    }
    for column in table.columns.iter().filter(|column| column.validator.is_unique) {
        let fields = [column.name.clone()];
        statements.push(index_statement(table, &unique_index(name, &column.name), &fields, true));
    }
    let by_creation = quoted(&format!("{name}__by_creation"));
    statements.push(format!("CREATE INDEX {by_creation} ON {} (_creationTime, id)", quoted(name)));
    statements
}

/// The statement that removes a declared index, where there is one.
pub(crate) fn drop_statement(table: &str, index: &str) -> String {
    format!("DROP INDEX IF EXISTS {}", quoted(&format!("{table}_{index}")))
}

/// The physical name of the index of a column's `.unique()`.
pub(crate) fn unique_index(table: &str, column: &str) -> String {
    format!("{table}_unique_{column}")
}

/// An SQL expression for a field of a document table, the same in indexes and conditions, so that SQLite sees that they agree.
pub(crate) fn document_path(field: &str) -> String {
    let steps: String = field.split('.').map(|step| format!(".\"{}\"", step.replace('"', "\\\""))).collect();
    format!("json_extract(__doc__, '${}')", steps.replace('\'', "''"))
}

/// A name as SQL takes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Whether a field is a column of every table.
pub(crate) fn is_system(field: &str) -> bool {
    matches!(field, "_id" | "id" | "_creationTime")
}

fn document_table(name: &str) -> String {
    format!(
        "CREATE TABLE {} (id TEXT PRIMARY KEY, _creationTime REAL NOT NULL, __doc__ TEXT NOT NULL)",
        quoted(name)
    )
}

fn global_table(table: &Table) -> String {
    let columns: String = table
        .columns
        .iter()
        .map(|column| format!(", {} {}", quoted(&column.name), affinity(column.validator.kind)))
        .collect();
    format!(
        "CREATE TABLE {} (id TEXT PRIMARY KEY, _creationTime REAL NOT NULL, _version INTEGER NOT NULL DEFAULT 1{columns})",
        quoted(&table.name)
    )
}

/// The type of a column. Columns that hold values of several kinds have none, so that each value stays what it is.
fn affinity(kind: ValidatorKind) -> &'static str {
    match kind {
        ValidatorKind::Number | ValidatorKind::Date | ValidatorKind::Timestamp => "REAL",
        ValidatorKind::Boolean => "INTEGER",
        ValidatorKind::Any
        | ValidatorKind::Union
        | ValidatorKind::From
        | ValidatorKind::Literal
        | ValidatorKind::Null => "",
        _ => "TEXT",
    }
}

fn index_statement(table: &Table, name: &str, fields: &[String], is_unique: bool) -> String {
    let mut parts: Vec<String> = fields.iter().map(|field| expression(table, field)).collect();
    if !is_unique {
        for system in ["_creationTime", "id"] {
            if !parts.iter().any(|part| part == system) {
                parts.push(system.to_owned());
            }
        }
    }
    format!(
        "CREATE {}INDEX IF NOT EXISTS {} ON {} ({})",
        if is_unique { "UNIQUE " } else { "" },
        quoted(name),
        quoted(&table.name),
        parts.join(", ")
    )
}

/// An SQL expression for a field of a table.
pub(crate) fn expression(table: &Table, field: &str) -> String {
    match field {
        "_id" | "id" => "id".to_owned(),
        "_creationTime" => "_creationTime".to_owned(),
        _ if table.is_global() => quoted(field),
        _ => document_path(field),
    }
}
