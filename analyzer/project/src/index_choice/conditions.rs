//! What indexes do for a list of conditions that all hold, for those who ask about conditions alone.

use super::IndexMatch;
use super::matching::{Constraint, best_index, constraint, constraints, match_index};
use crate::access::{Condition, Operator};
use crate::schema::Table;

/// The declared index that serves most of the conditions; those that do not always apply count.
#[must_use]
pub fn serving<'a>(table: &'a Table, conditions: &[Condition]) -> Option<IndexMatch<'a>> {
    best_index(table, &constraints(conditions, true), &[])
}

/// Whether conditions that always apply leave one row at most: its id, or all columns of a unique index, are equal to one value each.
#[must_use]
pub fn finds_one(table: &Table, conditions: &[Condition]) -> bool {
    is_pinned(table, &always(conditions, |operator| operator == Operator::Equal))
}

/// Whether conditions that always apply leave no more rows than they name values.
#[must_use]
pub fn finds_few(table: &Table, conditions: &[Condition]) -> bool {
    is_pinned(table, &always(conditions, |operator| matches!(operator, Operator::Equal | Operator::In)))
}

fn always(conditions: &[Condition], is_wanted: impl Fn(Operator) -> bool) -> Vec<Constraint<'_>> {
    conditions
        .iter()
        .filter(|condition| !condition.is_conditional && is_wanted(condition.operator))
        .map(|condition| constraint(&condition.column, condition.operator))
        .collect()
}

fn is_pinned(table: &Table, equal: &[Constraint<'_>]) -> bool {
    equal.iter().any(|constraint| constraint.column == "_id")
        || table.ordered_indexes().any(|index| {
            let is_whole = index.has_all_fields && !index.fields.is_empty();
            index.is_unique && is_whole && match_index(index, equal, &[]).equal == index.fields.len()
        })
}
