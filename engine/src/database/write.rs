//! Writes of single rows, and lookups by id.

use rusqlite::types::Value as SqlValue;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::database::read::known;
use crate::database::rows::{StoredRow, columns};
use crate::database::{Answer, Refusal};
use crate::schema::Table;
use crate::storage::{Storage, encode_column, quoted};
use crate::trace::{Action, Statement};

/// A look for an id, in one table or in all.
#[derive(Debug, Deserialize)]
pub(crate) struct FetchRequest {
    shard: String,
    id: String,
    #[serde(default)]
    table: Option<String>,
}

/// A new row.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertRequest {
    shard: String,
    table: String,
    id: String,
    creation_time: f64,
    document: Map<String, Value>,
}

/// A changed row.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateRequest {
    shard: String,
    table: String,
    id: String,
    creation_time: f64,
    document: Map<String, Value>,
    /// What the row must still be: its text, or its version in a global table.
    expected: Value,
}

/// A row that goes.
#[derive(Debug, Deserialize)]
pub(crate) struct RemoveRequest {
    shard: String,
    table: String,
    id: String,
}

/// A row by its id; `null` if there is none. Without a table, all tables of the shard are probed, then the global ones.
pub(crate) fn fetch(storage: &mut Storage, request: &FetchRequest) -> Result<Answer, Refusal> {
    let schema = storage.schema().clone();
    let tables: Vec<&Table> = match &request.table {
        Some(name) => vec![known(schema.table(name), name)?],
        None => {
            let (global, local): (Vec<&Table>, Vec<&Table>) =
                schema.tables.iter().partition(|table| table.is_global());
            local.into_iter().chain(global).collect()
        }
    };
    let mut statements = Vec::new();
    for table in tables {
        storage.note_comparison(&table.name, "_id", &request.id);
        let text = format!(
            "SELECT {} FROM {} WHERE lunora_visit() AND id = ?1",
            columns(table),
            quoted(&table.name)
        );
        let mut store = storage.store(&request.shard, table)?;
        let measured = store
            .read(&text, &[SqlValue::Text(request.id.clone())], |row| StoredRow::read(table, row))
            .map_err(|error| Refusal::of(&table.name, &error))?;
        let found = measured.rows.into_iter().next();
        statements.push(Statement {
            plan: measured.plan,
            rows_visited: measured.visited,
            rows_returned: u64::from(found.is_some()),
            bytes: found.as_ref().map_or(0, StoredRow::bytes),
            ..Statement::new(&table.name, Action::Lookup)
        });
        if let Some(row) = found {
            return Ok(Answer { json: row.found(table), statements });
        }
    }
    Ok(Answer { json: "null".to_owned(), statements })
}

/// Stores a row.
pub(crate) fn insert(storage: &mut Storage, request: &InsertRequest) -> Result<Answer, Refusal> {
    let schema = storage.schema().clone();
    let table = known(schema.table(&request.table), &request.table)?;
    let mut parameters = vec![SqlValue::Text(request.id.clone()), SqlValue::Real(request.creation_time)];
    let (names, bytes) = stored_values(table, &request.document, &mut parameters);
    let marks: Vec<String> = (1..=parameters.len()).map(|position| format!("?{position}")).collect();
    let text = format!(
        "INSERT INTO {} (id, _creationTime{}) VALUES ({})",
        quoted(&table.name),
        names.iter().map(|name| format!(", {name}")).collect::<String>(),
        marks.join(", ")
    );
    let store = storage.store(&request.shard, table)?;
    store.write(&text, &parameters).map_err(|error| Refusal::of(&table.name, &error))?;
    let statement = Statement { rows_written: 1, bytes, ..Statement::new(&table.name, Action::Insert) };
    Ok(Answer { json: "true".to_owned(), statements: vec![statement] })
}

/// Changes a row that is still what it was; says whether it was.
pub(crate) fn update(storage: &mut Storage, request: &UpdateRequest) -> Result<Answer, Refusal> {
    let schema = storage.schema().clone();
    let table = known(schema.table(&request.table), &request.table)?;
    let mut parameters = vec![
        SqlValue::Text(request.id.clone()),
        SqlValue::Real(request.creation_time),
        encode_column(Some(&request.expected)),
    ];
    let (names, bytes) = stored_values(table, &request.document, &mut parameters);
    let assignments: String =
        names.iter().enumerate().map(|(position, name)| format!(", {name} = ?{}", position + 4)).collect();
    let (guard, version) =
        if table.is_global() { ("_version", ", _version = _version + 1") } else { ("__doc__", "") };
    let text = format!(
        "UPDATE {} SET _creationTime = ?2{assignments}{version} WHERE id = ?1 AND {guard} = ?3",
        quoted(&table.name)
    );
    let store = storage.store(&request.shard, table)?;
    let changed = store.write(&text, &parameters).map_err(|error| Refusal::of(&table.name, &error))?;
    let statement =
        Statement { rows_written: changed as u64, bytes, ..Statement::new(&table.name, Action::Update) };
    Ok(Answer { json: (changed > 0).to_string(), statements: vec![statement] })
}

/// Removes a row; says whether it was there.
pub(crate) fn remove(storage: &mut Storage, request: &RemoveRequest) -> Result<Answer, Refusal> {
    let schema = storage.schema().clone();
    let table = known(schema.table(&request.table), &request.table)?;
    let text = format!("DELETE FROM {} WHERE id = ?1", quoted(&table.name));
    let store = storage.store(&request.shard, table)?;
    let removed = store
        .write(&text, &[SqlValue::Text(request.id.clone())])
        .map_err(|error| Refusal::of(&table.name, &error))?;
    let statement = Statement { rows_written: removed as u64, ..Statement::new(&table.name, Action::Remove) };
    Ok(Answer { json: (removed > 0).to_string(), statements: vec![statement] })
}

/// The columns that hold a document, their values after those that are there, and its size in bytes.
fn stored_values(
    table: &Table,
    document: &Map<String, Value>,
    parameters: &mut Vec<SqlValue>,
) -> (Vec<String>, u64) {
    let text = serde_json::to_string(document).unwrap_or_default();
    let bytes = text.len() as u64;
    if !table.is_global() {
        parameters.push(SqlValue::Text(text));
        return (vec!["__doc__".to_owned()], bytes);
    }
    parameters.extend(table.columns.iter().map(|column| encode_column(document.get(&column.name))));
    (table.columns.iter().map(|column| quoted(&column.name)).collect(), bytes)
}
