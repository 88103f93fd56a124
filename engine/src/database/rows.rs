//! Rows on their way from SQLite to the runtime, as text.

use rusqlite::Row;
use serde_json::{Map, Value, json};

use crate::schema::{Table, ValidatorKind};
use crate::storage::{decode_column, number, quoted};

/// What begins the names that a document keeps for itself, `__sql__` among them.
const RESERVED: &str = "\"__";
/// What marks a value that JSON does not know.
const TAG: &str = "$lunora.wire$";

/// A row as it is stored.
pub(crate) struct StoredRow {
    id: String,
    creation_time: f64,
    /// The document, as JSON.
    document: String,
    /// Of a row of a global table.
    version: Option<i64>,
    /// Whether the values of its columns are what functions see, as far as its table says.
    is_exact: bool,
}

impl StoredRow {
    /// A row of a statement that selects [`columns`].
    pub(crate) fn read(table: &Table, row: &Row<'_>) -> rusqlite::Result<Self> {
        let (id, creation_time) = (row.get(0)?, row.get(1)?);
        if !table.is_global() {
            let document = row.get(2)?;
            return Ok(Self { id, creation_time, document, version: None, is_exact: true });
        }
        let mut document = Map::new();
        for (position, column) in table.columns.iter().enumerate() {
            document
                .insert(column.name.clone(), decode_column(&column.validator, row.get_ref(position + 3)?));
        }
        let is_exact = |kind| !matches!(kind, ValidatorKind::Bigint | ValidatorKind::Bytes);
        Ok(Self {
            id,
            creation_time,
            document: Value::Object(document).to_string(),
            version: Some(row.get(2)?),
            is_exact: table.columns.iter().all(|column| is_exact(column.validator.kind)),
        })
    }

    /// The size of the document, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.document.len() as u64
    }

    /// What the runtime gets for one row: its table, what it must still be when it is written, and the row.
    pub(crate) fn found(&self, table: &Table) -> String {
        let raw = self.version.map_or_else(|| Value::from(self.document.as_str()), Value::from);
        let (is_decoded, row) = match self.decoded() {
            Some(row) => (true, row),
            None => (false, self.encoded()),
        };
        let name = Value::from(table.name.as_str());
        format!(r#"{{"table":{name},"raw":{raw},"isDecoded":{is_decoded},"row":{row}}}"#)
    }

    /// The row as functions see it, if no value needs to be decoded.
    fn decoded(&self) -> Option<String> {
        let is_plain = self.is_exact && !self.document.contains(RESERVED) && !self.document.contains(TAG);
        if !is_plain {
            return None;
        }
        let (id, time) = (Value::from(self.id.as_str()), number(self.creation_time));
        let own = match self.version {
            Some(_) if self.document.contains("\"_id\":") || self.document.contains("\"_creationTime\":") => {
                return None;
            }
            Some(_) => self.document.strip_prefix('{')?.strip_suffix('}')?,
            // A document ends with what the columns say; a row begins with it.
            None => {
                let end = format!(r#""_id":{id},"_creationTime":{time}}}"#);
                let own = self.document.strip_prefix('{')?.strip_suffix(&end)?;
                if own.is_empty() { own } else { own.strip_suffix(',')? }
            }
        };
        let comma = if own.is_empty() { "" } else { "," };
        Some(format!(r#"{{"_id":{id},"_creationTime":{time}{comma}{own}}}"#))
    }

    /// The parts of the row, for the runtime to decode.
    fn encoded(&self) -> String {
        let head = json!({ "id": self.id, "creationTime": number(self.creation_time) }).to_string();
        let head = head.strip_suffix('}').unwrap_or_default();
        format!(r#"{head},"document":{}}}"#, self.document)
    }
}

/// What the runtime gets for several rows. They are all decoded or none is.
pub(crate) fn answer(rows: &[StoredRow]) -> String {
    let decoded: Option<Vec<String>> = rows.iter().map(StoredRow::decoded).collect();
    let is_decoded = decoded.is_some();
    let rows = decoded.unwrap_or_else(|| rows.iter().map(StoredRow::encoded).collect());
    format!(r#"{{"isDecoded":{is_decoded},"rows":[{}]}}"#, rows.join(","))
}

/// The columns that [`StoredRow::read`] reads.
pub(crate) fn columns(table: &Table) -> String {
    if !table.is_global() {
        return "id, _creationTime, __doc__".to_owned();
    }
    let declared: String = table.columns.iter().map(|column| format!(", {}", quoted(&column.name))).collect();
    format!("id, _creationTime, _version{declared}")
}
