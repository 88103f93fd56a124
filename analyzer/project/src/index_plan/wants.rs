//! From what a read compares and sorts to what it wants of an index.

use super::UnservedReason;
use super::demand::{CREATION_TIME, Demand};
use crate::access::{Condition, Operator};
use crate::schema::Table;

/// What a read asks of its rows, put together step by step.
#[derive(Clone, Debug)]
pub(super) struct Wants<'a> {
    table: &'a Table,
    equal: Vec<String>,
    bounded: Vec<String>,
    order: Vec<String>,
    /// The order in which rows come without being asked for.
    given_order: Option<(Vec<String>, Reliance)>,
    has_several_values: bool,
    is_by_id: bool,
}

/// How much a read depends on the order in which its rows come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reliance {
    /// It asks for it, or takes only the first of them.
    Certain,
    /// It takes all of them, and may show them in the order of the index that it names.
    Likely,
}

/// What a read wants of an index, and what no index gives.
pub(super) struct Wanted {
    /// `None` if it needs no declared index.
    pub(super) demand: Option<Demand>,
    pub(super) unserved: Vec<(Vec<String>, UnservedReason)>,
}

impl<'a> Wants<'a> {
    pub(super) fn of(table: &'a Table) -> Self {
        Self {
            table,
            equal: Vec::new(),
            bounded: Vec::new(),
            order: Vec::new(),
            given_order: None,
            has_several_values: false,
            is_by_id: false,
        }
    }

    /// Adds a comparison that all rows meet. One that no index holds is left out.
    pub(super) fn compare(&mut self, column: &str, operator: Operator) {
        let is_equal = matches!(operator, Operator::Equal | Operator::In);
        self.is_by_id |= column == "_id" && is_equal;
        if !is_indexable(self.table, column) {
            return;
        }
        self.has_several_values |= operator == Operator::In;
        // An order of creation goes on after a moment, be it one or the start of a run.
        if is_equal && column != CREATION_TIME {
            self.equal.push(column.to_owned());
        } else if !self.bounded.iter().any(|known| known == column) {
            self.bounded.push(column.to_owned());
        }
    }

    pub(super) fn conditions<'c>(mut self, conditions: impl IntoIterator<Item = &'c Condition>) -> Self {
        for condition in conditions {
            self.compare(&condition.column, condition.operator);
        }
        self
    }

    /// Sorts by columns, outermost first.
    pub(super) fn sorted<'c>(mut self, columns: impl IntoIterator<Item = &'c str>) -> Self {
        let columns = columns.into_iter().take_while(|column| is_indexable(self.table, column));
        self.order = columns.map(str::to_owned).collect();
        self
    }

    /// Gets its rows in the order of an index on these columns. What code takes in whole does not depend on the order of creation.
    pub(super) fn in_order_of<'c>(
        mut self,
        columns: impl Iterator<Item = &'c str>,
        reliance: Reliance,
    ) -> Self {
        let last = (reliance == Reliance::Certain).then_some(CREATION_TIME);
        self.given_order = Some((columns.chain(last).map(str::to_owned).collect(), reliance));
        self
    }

    pub(super) fn is_sorted(&self) -> bool {
        !self.order.is_empty()
    }

    /// Whether nothing that it compares tells an index where to look.
    pub(super) fn finds_nothing(&self) -> bool {
        !self.is_by_id && self.equal.is_empty() && self.bounded.is_empty()
    }

    pub(super) fn wanted(self) -> Wanted {
        let mut unserved = Vec::new();
        if self.is_by_id {
            return Wanted { demand: None, unserved };
        }
        let is_free = |column: &&String| !self.equal.contains(column);
        let mut bounded = self.bounded.iter().filter(is_free).cloned();
        let range = bounded.next();
        let others: Vec<String> = bounded.collect();
        if !others.is_empty() {
            unserved.push((others, UnservedReason::SecondRange));
        }
        let (order, reliance) = match self.given_order {
            Some((order, reliance)) if self.order.is_empty() => (order, Some(reliance)),
            _ => (self.order, None),
        };
        let order: Vec<String> = order.into_iter().filter(|column| !self.equal.contains(column)).collect();
        let is_by_creation = order.first().is_some_and(|first| first == CREATION_TIME);
        let then = match range {
            Some(range) if order.first() == Some(&range) => order,
            Some(range) if order.is_empty() || reliance == Some(Reliance::Likely) => vec![range],
            Some(range) if is_by_creation && reliance.is_some() => vec![range],
            // The order of the index that a read names says which rows it takes.
            Some(range) if reliance.is_some() => {
                unserved.push((vec![range], UnservedReason::RangeBesideOrder));
                order
            }
            Some(range) => {
                unserved.push((order, UnservedReason::SortBesideRange));
                vec![range]
            }
            _ if self.has_several_values && reliance == Some(Reliance::Likely) => Vec::new(),
            _ if self.has_several_values && !order.is_empty() => {
                unserved.push((order, UnservedReason::SortAcrossValues));
                Vec::new()
            }
            _ => order,
        };
        let demand = Demand::on(self.table, &self.equal, &then);
        Wanted { demand: Some(demand).filter(|demand| !demand.is_built_in()), unserved }
    }
}

/// The comparisons as they may stand together. A part that applies only on some paths is there or not; with several such parts it can't be
/// told which ones occur together, so only what is certain counts, or else each part by itself.
pub(super) fn variants(conditions: &[Condition]) -> Vec<Vec<&Condition>> {
    let certain: Vec<&Condition> = conditions.iter().filter(|condition| !condition.is_conditional).collect();
    let mut optional: Vec<&str> = Vec::new();
    for condition in conditions.iter().filter(|condition| condition.is_conditional) {
        if !optional.contains(&condition.column.as_str()) {
            optional.push(&condition.column);
        }
    }
    match optional.as_slice() {
        [] => vec![certain],
        [_] => vec![conditions.iter().collect(), certain],
        several if certain.is_empty() => several
            .iter()
            .map(|column| conditions.iter().filter(|condition| condition.column == *column).collect())
            .collect(),
        _ => vec![certain],
    }
}

/// Whether an index can hold a column. Names that the table lacks are reported by rules of their own.
fn is_indexable(table: &Table, column: &str) -> bool {
    column != "_id" && !column.contains('.') && table.has_column(column) != Some(false)
}
