//! Which `where` an index serves. SQLite picks the index itself, so any that begins with a constrained column will do.

use lunora_project::access::{Condition, Operator, Selection};
use lunora_project::schema::{Index, IndexKind, IndexRole, Table};

use super::{Cost, FilterCost, FilterForm};
use crate::indexes::{is_pinned, serving};

/// The conditions of a `where` as they may stand when it runs. A part that applies only on some paths is there or not; with several
/// such parts it can't be told which ones occur together, so only all of them are tried.
pub(super) fn variants(selection: &Selection) -> Vec<Vec<Condition>> {
    let all: Vec<Condition> =
        selection.conditions.iter().filter(|condition| !condition.column.contains('.')).cloned().collect();
    let certain: Vec<Condition> = all.iter().filter(|condition| !condition.is_conditional).cloned().collect();
    let mut conditional: Vec<&str> = all
        .iter()
        .filter(|condition| condition.is_conditional)
        .map(|condition| condition.column.as_str())
        .collect();
    conditional.dedup();
    if conditional.len() == 1 { vec![all, certain] } else { vec![all] }
}

/// How an index helps with a `where`.
pub(super) enum Service {
    /// Rows are found by it.
    Indexed { is_unique: bool },
    /// Every row is looked at.
    Full,
    /// There may be conditions or indexes that are not known.
    Unknown,
}

/// How the indexes of all tables help with these conditions.
pub(super) fn service(
    tables: &[Option<&Table>],
    selection: &Selection,
    conditions: &[Condition],
    method: &str,
) -> Service {
    let mut is_unique = true;
    let mut is_served = true;
    for table in tables {
        let Some(table) = table else { return Service::Unknown };
        is_unique &= is_pinned(table, conditions);
        is_served &= serves(table, selection, conditions, method);
    }
    if is_served {
        Service::Indexed { is_unique }
    } else if selection.is_open
        || tables.iter().any(|table| table.is_none_or(|table| !table.has_all_indexes || table.is_opaque))
    {
        Service::Unknown
    } else {
        Service::Full
    }
}

/// Whether columns are tested and no index helps.
pub(super) fn is_missed(
    tables: &[Option<&Table>],
    selection: &Selection,
    conditions: &[Condition],
    method: &str,
) -> bool {
    (!conditions.is_empty() || !selection.alternatives.is_empty())
        && matches!(service(tables, selection, conditions, method), Service::Full)
}

/// The cost of conditions that no index serves. Of the alternatives of an `OR` it is the first that none serves which makes the
/// others useless, too.
pub(super) fn filter_cost(
    tables: &[Option<&Table>],
    selection: &Selection,
    conditions: Vec<Condition>,
) -> Cost {
    let is_unserved =
        |alternative: &&Vec<Condition>| tables.iter().flatten().any(|table| !is_found(table, alternative));
    let conditions = if conditions.is_empty() {
        selection.alternatives.iter().flatten().find(is_unserved).cloned().unwrap_or_default()
    } else {
        conditions
    };
    Cost::FilterWithoutIndex(FilterCost { place: None, conditions, form: FilterForm::Where, method: String::new() })
}

fn serves(table: &Table, selection: &Selection, conditions: &[Condition], method: &str) -> bool {
    is_found(table, conditions)
        || selection
            .alternatives
            .iter()
            .any(|alternatives| alternatives.iter().all(|conditions| is_found(table, conditions)))
        || (is_aggregate(method) && is_aggregated(table, conditions))
}

/// Whether an index finds the rows for conditions that all hold. Each table has a built-in one on the creation time.
fn is_found(table: &Table, conditions: &[Condition]) -> bool {
    conditions.iter().any(|condition| matches!(condition.column.as_str(), "_id" | "_creationTime"))
        || serving(table, conditions).is_some()
}

/// Whether a method returns numbers rather than rows.
pub(super) fn is_aggregate(method: &str) -> bool {
    matches!(method, "count" | "aggregate" | "groupBy")
}

fn is_aggregated(table: &Table, conditions: &[Condition]) -> bool {
    let holds = |index: &Index| {
        index.has_all_fields
            && conditions.iter().all(|condition| {
                condition.operator == Operator::Equal
                    && index
                        .fields
                        .iter()
                        .any(|field| field.role == IndexRole::By && field.name == condition.column)
            })
    };
    !conditions.is_empty()
        && table.indexes.iter().any(|index| index.kind == IndexKind::Aggregate && holds(index))
}
