//! What was generated, so that references, arguments and identities can hit it.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use serde_json::Value;

/// How many rows of a table are remembered.
const KEPT: usize = 200;

/// A remembered row: its columns, `_id` among them.
pub(crate) type Row = BTreeMap<String, Value>;

/// Some of the generated rows of each table.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    rows: BTreeMap<String, Vec<Row>>,
    /// Tables whose rows say that others belong together, such as memberships.
    junctions: BTreeSet<String>,
}

/// Texts that belong together: a user, rows that mention the user, and what was chosen since.
pub(crate) struct Circle(BTreeSet<String>);

impl Samples {
    /// Remembers a row.
    pub(crate) fn add(&mut self, table: &str, row: Row) {
        let rows = self.rows.entry(table.to_owned()).or_default();
        if rows.len() < KEPT {
            rows.push(row);
        }
    }

    /// Notes that the rows of a table say that others belong together.
    pub(crate) fn add_junction(&mut self, table: &str) {
        self.junctions.insert(table.to_owned());
    }

    /// Whether rows of a table are known.
    pub(crate) fn has(&self, table: &str) -> bool {
        self.rows.contains_key(table)
    }

    /// The values of a column, in the order of the rows.
    pub(crate) fn column<'a>(&'a self, table: &str, column: &'a str) -> impl Iterator<Item = &'a Value> {
        self.rows.get(table).into_iter().flatten().filter_map(move |row| row.get(column))
    }

    /// The id of some row.
    pub(crate) fn any_id(&self, table: &str, random: &mut Rng) -> Option<Value> {
        let rows = self.rows.get(table)?;
        rows.get(random.usize(..rows.len().max(1)))?.get("_id").cloned()
    }

    /// A user, and the ids of rows that mention the user.
    pub(crate) fn circle(&self, user: Option<&str>) -> Circle {
        let mut circle = Circle(user.iter().map(|user| (*user).to_owned()).collect());
        let mentioning: Vec<String> = self.all().filter(|row| circle.touches(row)).filter_map(id_of).map(str::to_owned).collect();
        circle.0.extend(mentioning);
        circle
    }

    /// The id of a row of a table, or of any table: one that touches the circle, or that a row mentions which does, where there is one.
    /// Mostly, only rows of junctions count as mentioning.
    pub(crate) fn id(&self, table: Option<&str>, circle: &mut Circle, random: &mut Rng) -> Option<Value> {
        let candidates: Vec<&Row> = match table {
            Some(table) => self.rows.get(table).into_iter().flatten().collect(),
            None => self.all().collect(),
        };
        let joined: Vec<&Row> = self.junctions.iter().filter_map(|table| self.rows.get(table)).flatten().collect();
        let by_junction = linked(joined.into_iter(), circle);
        let by_any = linked(self.all(), circle);
        let is_joined = |row: &&Row| id_of(row).is_some_and(|id| by_junction.contains(id));
        let is_near = |row: &&Row| circle.touches(row) || id_of(row).is_some_and(|id| by_any.contains(id));
        let has_joined = candidates.iter().any(is_joined) && random.u8(..4) > 0;
        let row = if has_joined { pick(&candidates, is_joined, random)? } else { pick(&candidates, is_near, random)? };
        circle.0.extend(texts(row).map(str::to_owned));
        row.get("_id").cloned()
    }

    /// A value that a row of any table holds in a column of that name; of a row that touches the circle, where there is one.
    pub(crate) fn value(&self, column: &str, circle: &Circle, random: &mut Rng) -> Option<Value> {
        let is_set = |row: &&Row| row.get(column).is_some_and(|value| !value.is_null());
        let candidates: Vec<&Row> = self.all().filter(is_set).collect();
        pick(&candidates, |row| circle.touches(row), random)?.get(column).cloned()
    }

    fn all(&self) -> impl Iterator<Item = &Row> {
        self.rows.values().flatten()
    }
}

impl Circle {
    fn touches(&self, row: &Row) -> bool {
        texts(row).any(|text| self.0.contains(text))
    }
}

/// One of the rows that are preferred, or of all if none is.
fn pick<'a>(rows: &[&'a Row], is_preferred: impl Fn(&&Row) -> bool, random: &mut Rng) -> Option<&'a Row> {
    let preferred: Vec<&Row> = rows.iter().copied().filter(|row| is_preferred(row)).collect();
    let from = if preferred.is_empty() { rows } else { &preferred };
    from.get(random.usize(..from.len().max(1))).copied()
}

/// What rows mention that touch the circle.
fn linked<'a>(rows: impl Iterator<Item = &'a Row>, circle: &Circle) -> BTreeSet<&'a str> {
    rows.filter(|row| circle.touches(row)).flat_map(texts).collect()
}

fn texts(row: &Row) -> impl Iterator<Item = &str> {
    row.values().filter_map(Value::as_str)
}

fn id_of(row: &Row) -> Option<&str> {
    row.get("_id")?.as_str()
}
