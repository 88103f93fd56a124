//! What was generated, so that references, arguments and identities can hit it.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::Value;

/// How many rows of a table are remembered.
const KEPT: usize = 500;

/// Some of the generated rows of each table.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    rows: BTreeMap<String, Vec<BTreeMap<String, Value>>>,
}

impl Samples {
    /// Remembers a row, its `_id` among its values.
    pub(crate) fn add(&mut self, table: &str, row: BTreeMap<String, Value>) {
        let rows = self.rows.entry(table.to_owned()).or_default();
        if rows.len() < KEPT {
            rows.push(row);
        }
    }

    /// Whether rows of a table are known.
    pub(crate) fn has(&self, table: &str) -> bool {
        self.rows.contains_key(table)
    }

    /// The id of some row.
    pub(crate) fn id(&self, table: &str, random: &mut Rng) -> Option<Value> {
        self.value(table, "_id", random)
    }

    /// What some row holds in a column.
    pub(crate) fn value(&self, table: &str, column: &str, random: &mut Rng) -> Option<Value> {
        let rows = self.rows.get(table)?;
        let row = rows.get(random.usize(..rows.len().max(1)))?;
        row.get(column).filter(|value| !value.is_null()).cloned()
    }

    /// What some row of any table holds in a column of that name.
    pub(crate) fn anywhere(&self, column: &str, random: &mut Rng) -> Option<Value> {
        let tables: Vec<&String> = self.rows.keys().collect();
        let start = random.usize(..tables.len().max(1));
        let order = tables.iter().cycle().skip(start).take(tables.len());
        order.into_iter().find_map(|table| self.value(table, column, random))
    }

    /// The values of a column, in the order of the rows.
    pub(crate) fn column<'a>(&'a self, table: &str, column: &'a str) -> impl Iterator<Item = &'a Value> {
        self.rows.get(table).into_iter().flatten().filter_map(move |row| row.get(column))
    }
}
