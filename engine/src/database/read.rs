//! Reads of rows, and of counts and sums over them.

use rusqlite::Row;
use rusqlite::types::{Value as SqlValue, ValueRef};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::database::condition::{Bound, Condition, Operator, SortKey, Sql};
use crate::database::plan::{declared_index, is_scan};
use crate::database::rows::{StoredRow, answer, columns};
use crate::database::{Answer, Refusal};
use crate::schema::Table;
use crate::storage::{Measured, Storage, VISIT, number, quoted};
use crate::trace::{Action, Statement};

/// A read of rows.
#[derive(Debug, Deserialize)]
pub(crate) struct SelectRequest {
    shard: String,
    table: String,
    condition: Condition,
    order: Vec<SortKey>,
    #[serde(default)]
    limit: Option<u64>,
    #[serde(default)]
    after: Option<Vec<Bound>>,
    #[serde(default)]
    until: Option<Vec<Bound>>,
    /// An index of another kind that would answer.
    #[serde(default)]
    simulated: Option<String>,
}

/// A count or sum over rows.
#[derive(Debug, Deserialize)]
pub(crate) struct AggregateRequest {
    shard: String,
    table: String,
    condition: Condition,
    by: Vec<String>,
    function: String,
    #[serde(default)]
    field: Option<String>,
    /// The aggregate index that would answer.
    #[serde(default)]
    companion: Option<String>,
}

impl SelectRequest {
    /// The rows that hold these values in these columns, in any order. `None` for a value that is no scalar.
    pub(crate) fn equal(shard: &str, table: &str, columns: &[String], values: &[Value]) -> Option<Self> {
        let equal = columns.iter().zip(values).map(|(field, value)| {
            let value = Bound::of(value)?;
            Some(Condition::Compare { field: field.clone(), operator: Operator::Eq, value })
        });
        Some(Self {
            shard: shard.to_owned(),
            table: table.to_owned(),
            condition: Condition::All(equal.collect::<Option<_>>()?),
            order: Vec::new(),
            limit: None,
            after: None,
            until: None,
            simulated: None,
        })
    }
}

/// The rows of a table that a condition holds for, in an order.
pub(crate) fn select(storage: &mut Storage, request: &SelectRequest) -> Result<Answer, Refusal> {
    let schema = storage.schema().clone();
    let table = known(schema.table(&request.table), &request.table)?;
    request.condition.equal_texts(&mut |field, text| storage.note_comparison(&table.name, field, text));
    let mut sql = Sql::new(table);
    let mut conditions = vec![VISIT.to_owned()];
    push(&mut conditions, sql.condition(&request.condition));
    if let Some(place) = &request.after {
        conditions.push(sql.after(&request.order, place));
    }
    if let Some(place) = &request.until {
        conditions.push(sql.until(&request.order, place));
    }
    let order: Vec<String> = request.order.iter().map(|key| sort(&sql, key)).collect();
    let mut text =
        format!("SELECT {} FROM {} WHERE {}", columns(table), quoted(&table.name), conditions.join(" AND "));
    if !order.is_empty() {
        text.push_str(&format!(" ORDER BY {}", order.join(", ")));
    }
    if let Some(limit) = request.limit {
        let limit = sql.bind(SqlValue::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        text.push_str(&format!(" LIMIT {limit}"));
    }
    let mut store = storage.store(&request.shard, table)?;
    let measured = store
        .read(&text, &sql.parameters, |row| StoredRow::read(table, row))
        .map_err(|error| Refusal::of(&table.name, &error))?;
    let returned = measured.rows.len() as u64;
    let bytes = measured.rows.iter().map(StoredRow::bytes).sum();
    let statement = Statement {
        conditions: request.condition.restrictions(),
        order: request.order.iter().map(SortKey::shown).collect(),
        limit: request.limit,
        rows_returned: returned,
        bytes,
        ..measured_statement(table, Action::Read, &measured, request.simulated.as_deref())
    };
    Ok(Answer { json: answer(&measured.rows), statements: vec![statement] })
}

/// Counts or sums, as SQLite does over the stored values, for each group.
pub(crate) fn aggregate(storage: &mut Storage, request: &AggregateRequest) -> Result<Answer, Refusal> {
    let schema = storage.schema().clone();
    let table = known(schema.table(&request.table), &request.table)?;
    let mut sql = Sql::new(table);
    let mut conditions = vec![VISIT.to_owned()];
    push(&mut conditions, sql.condition(&request.condition));
    let by: Vec<String> = request.by.iter().map(|field| sql.field(field)).collect();
    let value = match &request.field {
        Some(field) if request.function != "count" => format!("{}({})", request.function, sql.field(field)),
        _ => "count(*)".to_owned(),
    };
    let mut selected = by.clone();
    selected.push(value);
    let mut text = format!(
        "SELECT {} FROM {} WHERE {}",
        selected.join(", "),
        quoted(&table.name),
        conditions.join(" AND ")
    );
    if !by.is_empty() {
        text.push_str(&format!(" GROUP BY {}", by.join(", ")));
    }
    let mut store = storage.store(&request.shard, table)?;
    let measured = store
        .read(&text, &sql.parameters, |row| group_of(row, by.len()))
        .map_err(|error| Refusal::of(&table.name, &error))?;
    let returned = measured.rows.len() as u64;
    let statement = Statement {
        conditions: request.condition.restrictions(),
        rows_returned: returned,
        ..measured_statement(table, Action::Aggregate, &measured, request.companion.as_deref())
    };
    Ok(Answer { json: Value::Array(measured.rows).to_string(), statements: vec![statement] })
}

/// A table, or the refusal for a name that no table has.
pub(crate) fn known<'a>(table: Option<&'a Table>, name: &str) -> Result<&'a Table, Refusal> {
    table.ok_or_else(|| Refusal::Internal(format!("unknown table {name}")))
}

fn group_of(row: &Row<'_>, keys: usize) -> rusqlite::Result<Value> {
    let key = (0..keys)
        .map(|position| Ok(plain(row.get_ref(position)?)))
        .collect::<rusqlite::Result<Vec<Value>>>()?;
    Ok(json!({ "key": key, "value": plain(row.get_ref(keys)?) }))
}

fn plain(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::from(integer),
        ValueRef::Real(real) => number(real),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Value::String(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

fn sort(sql: &Sql<'_>, key: &SortKey) -> String {
    format!("{} {}", sql.field(&key.field), if key.is_descending { "DESC" } else { "ASC" })
}

fn push(conditions: &mut Vec<String>, condition: String) {
    if condition != "1" {
        conditions.push(condition);
    }
}

/// What was measured, without what it gave. An index that is simulated costs what it gives.
fn measured_statement<T>(
    table: &Table,
    action: Action,
    measured: &Measured<T>,
    simulated: Option<&str>,
) -> Statement {
    let blank = Statement::new(&table.name, action);
    match simulated {
        Some(index) => Statement {
            plan: vec![format!("{index} (simulated)")],
            index: Some(index.to_owned()),
            is_simulated: true,
            rows_visited: measured.rows.len() as u64,
            ..blank
        },
        None => Statement {
            plan: measured.plan.clone(),
            index: declared_index(table, &measured.plan),
            is_scan: is_scan(&measured.plan),
            rows_visited: measured.visited,
            ..blank
        },
    }
}
