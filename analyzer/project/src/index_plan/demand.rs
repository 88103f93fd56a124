//! What a read wants of an index.

use std::collections::BTreeSet;

use super::declared_for;
use crate::schema::Table;

/// The column that orders rows which are equal in all columns of an index. Every index ends with it, undeclared.
pub(super) const CREATION_TIME: &str = "_creationTime";

/// What a read wants of an index: rows with equal values in some columns, and among those a run or an order of others.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Demand {
    /// The columns that are held equal, in the order in which a new index should hold them if nothing else decides: as code names them.
    /// An index may hold them in any order.
    pub equal: Vec<String>,
    /// The columns that come right after those, in this order: one that is bounded, or those that rows are sorted by.
    /// `_creationTime` can only be the last: nothing may stand before the order of creation.
    pub then: Vec<String>,
}

/// The sets of leading columns that an index must have, smallest first. Two demands can share an index if, of all their sets together,
/// each is part of the next: that fixes in which order the columns come.
pub(super) type Steps<'a> = Vec<BTreeSet<&'a str>>;

impl Demand {
    /// A demand in normal form: each column once, and nothing after `_creationTime`.
    #[must_use]
    pub fn new<S: AsRef<str>>(equal: &[S], then: &[S]) -> Self {
        let mut demand = Self { equal: Vec::new(), then: Vec::new() };
        for column in equal.iter().map(AsRef::as_ref) {
            if demand.equal.iter().all(|known| known != column) {
                demand.equal.push(column.to_owned());
            }
        }
        for column in then.iter().map(AsRef::as_ref) {
            if demand.columns().all(|known| known != column) {
                demand.then.push(column.to_owned());
            }
            if column == CREATION_TIME {
                break;
            }
        }
        demand
    }

    /// What rows of a table are found by, in normal form. The rows of a shard have the same value in the shard key as a rule, so that an
    /// index on it tells none apart: it is the last of the equal columns, and left out where a declared index serves the others or rows
    /// are found by their order alone. Not so if declared indexes begin with it.
    #[must_use]
    pub fn on<S: AsRef<str>>(table: &Table, equal: &[S], then: &[S]) -> Self {
        let mut whole = Self::new(equal, then);
        // An index that begins with a foreign key also finds the rows that point at one of another table.
        let is_open_key = |column: &String| {
            let is_id = table.column(column).is_some_and(|column| column.references.is_some());
            is_id && !table.leads_with(column)
        };
        whole.equal.sort_by_key(|column| !is_open_key(column));
        let key = table.shard_key().filter(|key| !table.leads_with(key));
        let Some(position) = key.and_then(|key| whole.equal.iter().position(|column| column == key)) else {
            return whole;
        };
        let mut others = whole.clone();
        let key = others.equal.remove(position);
        let is_served = |demand: &Self| declared_for(table, demand).is_some();
        let is_order = others.equal.is_empty() && !others.is_built_in();
        if !is_served(&whole) && (is_order || is_served(&others)) {
            return others;
        }
        whole.equal.remove(position);
        whole.equal.push(key);
        whole
    }

    /// All of its columns, the equal ones first.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.equal.iter().chain(&self.then).map(String::as_str)
    }

    /// Whether a table serves it without any declared index: it asks for nothing, or for the order of creation alone.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.columns().all(|column| column == CREATION_TIME)
    }

    /// Whether an index on these columns serves it entirely.
    #[must_use]
    pub fn is_served_by<S: AsRef<str>>(&self, columns: &[S]) -> bool {
        let (Some(leading), Some(rest)) = (columns.get(..self.equal.len()), columns.get(self.equal.len()..))
        else {
            return false;
        };
        let mut rest = rest.iter().map(AsRef::as_ref).chain([CREATION_TIME]);
        leading.iter().all(|column| self.equal.iter().any(|equal| equal == column.as_ref()))
            && self.then.iter().all(|column| rest.next() == Some(column.as_str()))
    }

    /// Whether only an index that ends where it ends serves it, so that no column may be appended.
    pub(super) fn fixes_end(&self) -> bool {
        self.then.last().is_some_and(|column| column == CREATION_TIME)
    }

    pub(super) fn steps(&self) -> Steps<'_> {
        let mut held: BTreeSet<&str> = self.equal.iter().map(String::as_str).collect();
        let mut steps = Vec::with_capacity(self.then.len() + 1);
        if !held.is_empty() {
            steps.push(held.clone());
        }
        for column in &self.then {
            held.insert(column);
            steps.push(held.clone());
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_columns_may_come_in_any_order_and_the_others_must_follow() {
        let demand = Demand::new(&["org", "status"], &["at"]);
        assert!(demand.is_served_by(&["status", "org", "at", "title"]));
        assert!(!demand.is_served_by(&["status", "at", "org"]));
        assert!(!demand.is_served_by(&["org", "status"]));
    }

    #[test]
    fn the_order_of_creation_follows_the_last_column_only() {
        let demand = Demand::new(&["org"], &["_creationTime", "at"]);
        assert_eq!(demand.then, ["_creationTime"]);
        assert!(demand.is_served_by(&["org"]));
        assert!(!demand.is_served_by(&["org", "at"]));
        assert!(Demand::new(&[], &["_creationTime"]).is_built_in());
    }
}
