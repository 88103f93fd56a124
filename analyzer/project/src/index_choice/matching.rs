//! How much of an index a set of constraints uses, and which index uses most.

use std::cmp::Reverse;

use super::IndexMatch;
use crate::access::{Condition, Operator};
use crate::schema::{Index, Table};

/// A column that a read compares with something.
pub(super) struct Constraint<'a> {
    pub(super) column: &'a str,
    /// Equality with one value or several, rather than a bound.
    pub(super) is_equal: bool,
    /// Equality with one value.
    pub(super) is_single: bool,
}

/// What rows are found by.
pub(super) enum Found<'a> {
    PrimaryKey,
    CreationTime,
    Index(IndexMatch<'a>),
}

/// The conditions on columns as constraints; those that apply only on some paths on demand.
pub(super) fn constraints(conditions: &[Condition], with_conditional: bool) -> Vec<Constraint<'_>> {
    conditions
        .iter()
        .filter(|condition| with_conditional || !condition.is_conditional)
        .map(|condition| constraint(&condition.column, condition.operator))
        .collect()
}

pub(super) fn constraint(column: &str, operator: Operator) -> Constraint<'_> {
    Constraint {
        column,
        is_equal: matches!(operator, Operator::Equal | Operator::In),
        is_single: operator == Operator::Equal,
    }
}

/// What finds the rows that meet the constraints; `None` if that is left to a scan. Of several indexes, the one that SQLite
/// prefers without statistics: a unique row, then most equal columns, then a range, then the wanted order.
pub(super) fn found_by<'a>(
    table: &'a Table,
    constraints: &[Constraint<'_>],
    order: &[&str],
) -> Option<Found<'a>> {
    let is_constrained = |column: &str| constraints.iter().any(|constraint| constraint.column == column);
    if constraints.iter().any(|constraint| constraint.column == "_id" && constraint.is_equal) {
        return Some(Found::PrimaryKey);
    }
    match best_index(table, constraints, order) {
        Some(found) => Some(Found::Index(found)),
        None if is_constrained("_id") => Some(Found::PrimaryKey),
        None => is_constrained("_creationTime").then_some(Found::CreationTime),
    }
}

/// The declared index that uses most of the constraints.
pub(super) fn best_index<'a>(
    table: &'a Table,
    constraints: &[Constraint<'_>],
    order: &[&str],
) -> Option<IndexMatch<'a>> {
    table
        .ordered_indexes()
        .map(|index| match_index(index, constraints, order))
        .filter(|found| found.equal > 0 || found.is_ranged)
        // `min_by_key` keeps the first of equals: the one declared first.
        .min_by_key(|found| {
            let is_unique_row = found.index.is_unique && found.equal == found.index.fields.len();
            Reverse((
                is_unique_row,
                found.equal,
                found.is_ranged,
                found.is_in_order,
                Reverse(found.index.fields.len()),
            ))
        })
}

/// How much of an index the constraints use.
pub(super) fn match_index<'a>(
    index: &'a Index,
    constraints: &[Constraint<'_>],
    order: &[&str],
) -> IndexMatch<'a> {
    let mut equal = 0;
    let mut is_ranged = false;
    for field in &index.fields {
        let mut of_field = constraints.iter().filter(|constraint| constraint.column == field.name).peekable();
        if of_field.peek().is_none() {
            break;
        }
        if of_field.any(|constraint| constraint.is_equal) {
            equal += 1;
        } else {
            is_ranged = true;
            break;
        }
    }
    IndexMatch {
        index,
        equal,
        is_ranged,
        is_in_order: is_in_order(index, equal, constraints, order),
        is_conditional: false,
        is_range_known: true,
    }
}

/// Whether the rows that an index finds, its leading columns held equal, come in the order that is asked for.
fn is_in_order(index: &Index, equal: usize, constraints: &[Constraint<'_>], order: &[&str]) -> bool {
    let is_pinned = |column: &str| {
        constraints.iter().any(|constraint| constraint.column == column && constraint.is_single)
    };
    let wanted = order.iter().copied().filter(|column| !is_pinned(column));
    let leading_is_pinned = index.fields.iter().take(equal).all(|field| is_pinned(&field.name));
    // Rows that are equal in all columns come in the order of their creation.
    let mut rest = index.fields.iter().skip(equal).map(|field| field.name.as_str()).chain(["_creationTime"]);
    let asks_nothing = order.is_empty();
    asks_nothing || leading_is_pinned && wanted.into_iter().all(|column| rest.next() == Some(column))
}
