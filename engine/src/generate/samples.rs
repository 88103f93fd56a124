//! What was generated, so that references, arguments and identities can hit it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use fastrand::Rng;
use rustc_hash::FxHashSet;
use serde_json::Value;

use crate::generate::Draft;

/// How many rows of a table are remembered.
const KEPT: usize = 200;

/// A remembered row: its columns, `_id` among them.
pub(crate) type Row = BTreeMap<String, Value>;

/// Some of the generated rows of each table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples {
    rows: BTreeMap<String, Vec<Rc<[Draft]>>>,
    /// Tables whose rows say that others belong together, such as memberships.
    junctions: BTreeSet<String>,
    /// Columns, with their tables, whose values tell rows apart.
    unique: BTreeSet<(String, String)>,
}

/// Texts that belong together: a user, rows that mention the user, and what was chosen since.
pub(crate) struct Circle {
    /// The user, and the ids of rows that are the user's own, such as a profile.
    core: FxHashSet<String>,
    /// All of them.
    texts: FxHashSet<String>,
}

impl Samples {
    /// Remembers the first rows of a table.
    pub(crate) fn add(&mut self, table: &str, rows: &Rc<[Draft]>) {
        if !rows.is_empty() {
            self.rows.entry(table.to_owned()).or_default().push(Rc::clone(rows));
        }
    }

    /// Notes that the rows of a table say that others belong together.
    pub(crate) fn add_junction(&mut self, table: &str) {
        self.junctions.insert(table.to_owned());
    }

    /// Notes that the values of a column tell rows apart.
    pub(crate) fn add_unique(&mut self, table: &str, column: &str) {
        self.unique.insert((table.to_owned(), column.to_owned()));
    }

    /// Whether rows of a table are known.
    pub(crate) fn has(&self, table: &str) -> bool {
        self.rows.contains_key(table)
    }

    /// The rows of a table that are remembered.
    pub(crate) fn of(&self, table: &str) -> impl Iterator<Item = &Row> {
        self.rows.get(table).into_iter().flat_map(|rows| kept(rows))
    }

    /// The id of some row.
    pub(crate) fn any_id(&self, table: &str, random: &mut Rng) -> Option<Value> {
        let count = kept(self.rows.get(table)?).count();
        self.of(table).nth(random.usize(..count.max(1)))?.get("_id").cloned()
    }

    /// The values of some row in some columns, all of them set.
    pub(crate) fn values(&self, table: &str, columns: &[String], random: &mut Rng) -> Option<Vec<Value>> {
        let rows: Vec<Vec<Value>> = self
            .of(table)
            .filter_map(|row| {
                columns
                    .iter()
                    .map(|column| row.get(column).filter(|value| !value.is_null()).cloned())
                    .collect()
            })
            .collect();
        rows.get(random.usize(..rows.len().max(1))).cloned()
    }

    /// A user, and the ids of rows that mention the user.
    pub(crate) fn circle(&self, user: Option<&str>) -> Circle {
        let mut core: FxHashSet<String> = user.iter().map(|user| (*user).to_owned()).collect();
        for (table, column) in &self.unique {
            let is_own = |row: &&Row| row.get(column).and_then(Value::as_str) == user && user.is_some();
            core.extend(self.of(table).filter(is_own).filter_map(id_of).map(str::to_owned));
        }
        let mentioning = self.all().filter(|row| touches(row, &core)).filter_map(id_of).map(str::to_owned);
        let texts = mentioning.chain(core.iter().cloned()).collect();
        Circle { core, texts }
    }

    /// The id of a row of a table, or of any table: one that touches the circle, or that a row mentions which does, where there is one.
    /// Mostly, only rows of junctions that name the user count as mentioning.
    pub(crate) fn id(&self, table: Option<&str>, circle: &mut Circle, random: &mut Rng) -> Option<Value> {
        let candidates: Vec<&Row> = match table {
            Some(table) => self.of(table).collect(),
            None => self.all().collect(),
        };
        let joined: Vec<&Row> = self.junctions.iter().flat_map(|table| self.of(table)).collect();
        let by_junction = linked(joined.into_iter(), &circle.core);
        let by_any = linked(self.all(), &circle.texts);
        let is_joined = |row: &&Row| id_of(row).is_some_and(|id| by_junction.contains(id));
        let is_near =
            |row: &&Row| touches(row, &circle.texts) || id_of(row).is_some_and(|id| by_any.contains(id));
        let has_joined = candidates.iter().any(is_joined) && random.u8(..4) > 0;
        let row = if has_joined {
            pick(&candidates, is_joined, random)?
        } else {
            pick(&candidates, is_near, random)?
        };
        circle.texts.extend(id_of(row).map(str::to_owned));
        row.get("_id").cloned()
    }

    /// A value that a row of any table holds in a column of that name; of a row that touches the circle, where there is one.
    pub(crate) fn value(&self, column: &str, circle: &Circle, random: &mut Rng) -> Option<Value> {
        let is_set = |row: &&Row| row.get(column).is_some_and(|value| !value.is_null());
        let candidates: Vec<&Row> = self.all().filter(is_set).collect();
        pick(&candidates, |row| touches(row, &circle.texts), random)?.get(column).cloned()
    }

    fn all(&self) -> impl Iterator<Item = &Row> {
        self.rows.values().flat_map(|rows| kept(rows))
    }
}

/// The rows of a table that are remembered.
fn kept(rows: &[Rc<[Draft]>]) -> impl Iterator<Item = &Row> {
    rows.iter().flat_map(|rows| rows.iter()).take(KEPT).map(Draft::values)
}

/// One of the rows that are preferred, or of all if none is.
fn pick<'a>(rows: &[&'a Row], is_preferred: impl Fn(&&Row) -> bool, random: &mut Rng) -> Option<&'a Row> {
    let preferred: Vec<&Row> = rows.iter().copied().filter(|row| is_preferred(row)).collect();
    let from = if preferred.is_empty() { rows } else { &preferred };
    from.get(random.usize(..from.len().max(1))).copied()
}

/// What rows mention that hold one of these texts.
fn linked<'a>(rows: impl Iterator<Item = &'a Row>, wanted: &FxHashSet<String>) -> FxHashSet<&'a str> {
    rows.filter(|row| touches(row, wanted)).flat_map(texts).collect()
}

fn touches(row: &Row, wanted: &FxHashSet<String>) -> bool {
    texts(row).any(|text| wanted.contains(text))
}

fn texts(row: &Row) -> impl Iterator<Item = &str> {
    row.values().filter_map(Value::as_str)
}

fn id_of(row: &Row) -> Option<&str> {
    row.get("_id")?.as_str()
}
