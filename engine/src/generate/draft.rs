//! A generated row.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A generated row that is not stored yet.
#[derive(Debug)]
pub(crate) struct Draft {
    id: String,
    creation_time: f64,
    /// Its columns, `_id` among them.
    values: BTreeMap<String, Value>,
}

/// A document as the runtime stores it: columns that SQL sees in another form are parked.
struct Document<'a>(&'a Draft);

impl Draft {
    /// A row that was made so many milliseconds after the epoch.
    pub(crate) fn new(id: &str, creation_time: f64, mut values: BTreeMap<String, Value>) -> Self {
        values.insert("_id".to_owned(), Value::from(id));
        Self { id: id.to_owned(), creation_time, values }
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// When it was made, in milliseconds since the epoch.
    pub(crate) fn creation_time(&self) -> f64 {
        self.creation_time
    }

    /// Its columns, `_id` among them.
    pub(crate) fn values(&self) -> &BTreeMap<String, Value> {
        &self.values
    }

    /// Says when it was committed.
    pub(crate) fn commit(&mut self, sequence: u32) {
        self.values.insert("_commitSeq".to_owned(), Value::from(sequence));
    }

    /// The value of a column as SQL sees it.
    pub(crate) fn stored(&self, column: &str) -> Option<Cow<'_, Value>> {
        let value = self.values.get(column)?;
        Some(shown(value).map_or(Cow::Borrowed(value), Cow::Owned))
    }

    /// The document as it is stored, as JSON.
    pub(crate) fn document(&self) -> String {
        serde_json::to_string(&Document(self)).unwrap_or_default()
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Draft { id, creation_time, values } = self.0;
        let mut document = serializer.serialize_map(None)?;
        let mut parked = BTreeMap::new();
        for (name, value) in values.iter().filter(|(name, _)| *name != "_id") {
            match shown(value) {
                None => document.serialize_entry(name, value)?,
                Some(shown) => {
                    document.serialize_entry(name, &shown)?;
                    parked.insert(name, value);
                }
            }
        }
        if !parked.is_empty() {
            document.serialize_entry("__sql__", &parked)?;
        }
        document.serialize_entry("_id", id)?;
        document.serialize_entry("_creationTime", &crate::storage::number(*creation_time))?;
        document.end()
    }
}

/// What SQL sees instead of a value; `None` if it sees the value itself.
fn shown(value: &Value) -> Option<Value> {
    let [Value::String(tag), Value::String(kind), Value::String(text)] = value.as_array()?.as_slice() else {
        return None;
    };
    match kind.as_str() {
        "bigint" if tag == "$lunora.wire$" => Some(Value::String(format!("1{text:0>39}"))),
        "bytes" if tag == "$lunora.wire$" => Some(Value::String(text.clone())),
        _ => None,
    }
}
