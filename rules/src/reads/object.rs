//! Which `where` an index serves. SQLite picks the index itself, so any that begins with a constrained column will do.

use lunora_project::access::{AccessPath, Condition, Operator, Selection};
use lunora_project::index_choice::{IndexChoice, finds_one, index_for_conditions, index_for_selection};
use lunora_project::schema::Table;

use super::{Cost, FilterCost, FilterForm};

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

/// How the indexes of all tables help with these conditions of a read, or of a write in bulk.
pub(super) fn service(
    tables: &[Option<&Table>],
    selection: &Selection,
    conditions: &[Condition],
    path: Option<&AccessPath>,
) -> Service {
    let selection = Selection { conditions: conditions.to_vec(), ..selection.clone() };
    let mut is_unique = true;
    let mut is_served = true;
    for table in tables {
        let Some(table) = table else { return Service::Unknown };
        let choice = match path {
            Some(path) => index_for_conditions(table, path, &selection),
            None => index_for_selection(table, &selection),
        };
        is_unique &= finds_one(table, conditions);
        match choice {
            IndexChoice::Unknown => return Service::Unknown,
            IndexChoice::Scan => is_served = false,
            _ => {}
        }
    }
    if is_served { Service::Indexed { is_unique } } else { Service::Full }
}

/// Whether columns are tested and no index helps.
pub(super) fn is_missed(tables: &[Option<&Table>], selection: &Selection, conditions: &[Condition]) -> bool {
    !wants_all(tables, selection, conditions)
        && matches!(service(tables, selection, conditions, None), Service::Full)
}

/// Whether a `where` leaves no row of its database out, as a rule.
pub(super) fn wants_all(tables: &[Option<&Table>], selection: &Selection, conditions: &[Condition]) -> bool {
    let is_needless = |alternatives: &Vec<Vec<Condition>>| {
        alternatives.iter().any(|alternative| is_about_shard(tables, alternative))
    };
    (conditions.is_empty() || is_about_shard(tables, conditions))
        && selection.alternatives.iter().all(is_needless)
}

/// Whether conditions only say whose shard it is: as a rule, all its rows have the same value there, and no index tells any apart.
pub(super) fn is_about_shard(tables: &[Option<&Table>], conditions: &[Condition]) -> bool {
    let is_key_of = |table: &Table, condition: &Condition| {
        let key = table.shard_key().filter(|key| !table.leads_with(key));
        condition.operator == Operator::Equal && key == Some(condition.column.as_str())
    };
    !conditions.is_empty()
        && tables.iter().all(|table| {
            table.is_some_and(|table| conditions.iter().all(|condition| is_key_of(table, condition)))
        })
}

/// The cost of conditions that no index serves. Of the alternatives of an `OR` it is the first that none serves which makes the
/// others useless, too.
pub(super) fn filter_cost(
    tables: &[Option<&Table>],
    selection: &Selection,
    conditions: Vec<Condition>,
) -> Cost {
    let is_unserved = |alternative: &&Vec<Condition>| {
        !is_about_shard(tables, alternative)
            && tables.iter().flatten().any(|table| !is_found(table, alternative))
    };
    let conditions = if conditions.is_empty() || is_about_shard(tables, &conditions) {
        selection.alternatives.iter().flatten().find(is_unserved).cloned().unwrap_or_default()
    } else {
        conditions
    };
    Cost::FilterWithoutIndex(FilterCost {
        place: None,
        conditions,
        form: FilterForm::Where,
        method: String::new(),
    })
}

/// Whether an index finds the rows of one alternative.
fn is_found(table: &Table, conditions: &[Condition]) -> bool {
    let selection = Selection { conditions: conditions.to_vec(), ..Selection::default() };
    !matches!(index_for_selection(table, &selection), IndexChoice::Scan)
}

/// Whether a method returns numbers rather than rows.
pub(super) fn is_aggregate(method: &str) -> bool {
    matches!(method, "count" | "aggregate" | "groupBy")
}
