//! Which index a read uses: the one that it names, or the one that SQLite can use for its conditions.

mod conditions;
mod matching;
#[cfg(test)]
mod tests;

pub use self::conditions::{finds_few, finds_one, serving};

use self::matching::{Constraint, Found, constraint, constraints, found_by, match_index};
use crate::access::{AccessPath, Condition, Indeterminacy, IndexUse, Operator, Range, Selection, Surface};
use crate::schema::{Index, IndexKind, IndexRole, Relation, Table, is_system_column};

/// How a read finds its rows in a table.
#[derive(Clone, Debug)]
pub enum IndexChoice<'a> {
    /// By an index that it names.
    Named(IndexMatch<'a>),
    /// By indexes that it doesn't name: one, or one for each alternative of an `OR`.
    Implied(Vec<IndexMatch<'a>>),
    /// By id.
    PrimaryKey,
    /// By the built-in index on the creation time: a part of it, or a walk along it that a limit ends.
    CreationTime,
    /// By looking at every row.
    Scan,
    /// It can't be told.
    Unknown,
}

/// How much of an index a read uses.
#[derive(Clone, Copy, Debug)]
pub struct IndexMatch<'a> {
    /// The index.
    pub index: &'a Index,
    /// How many of its leading columns are held equal.
    pub equal: usize,
    /// Whether the column after those is bounded.
    pub is_ranged: bool,
    /// Whether what it finds is in the order that the read asks for.
    pub is_in_order: bool,
    /// Whether the read uses it on some paths only (a conditional spread).
    pub is_conditional: bool,
    /// Whether the range could be read. If not, nothing follows from an empty prefix.
    pub is_range_known: bool,
}

/// How a read finds its rows in one of its tables.
#[must_use]
pub fn index_for<'a>(table: &'a Table, path: &AccessPath) -> IndexChoice<'a> {
    let is_unreadable =
        |reason: &Indeterminacy| matches!(reason, Indeterminacy::IndexName | Indeterminacy::Arguments);
    if path.unknown.iter().any(is_unreadable) {
        return IndexChoice::Unknown;
    }
    match (&path.index, path.method.as_str()) {
        (Some(used), _) => named(table, path, used),
        (None, "get") => IndexChoice::PrimaryKey,
        (None, "related") => IndexChoice::Unknown,
        (None, _) => unnamed(table, path),
    }
}

/// How the rows that a `where` selects are found, where nothing else is known: for writes in bulk.
#[must_use]
pub fn index_for_selection<'a>(table: &'a Table, selection: &Selection) -> IndexChoice<'a> {
    by_selection(table, selection, &[]).unwrap_or_else(|| {
        if has_unknown_indexes(table) || selection.is_open { IndexChoice::Unknown } else { IndexChoice::Scan }
    })
}

/// How the conditions of a `where` let the rows of a read be found, whatever its order and limit are.
#[must_use]
pub fn index_for_conditions<'a>(
    table: &'a Table,
    path: &AccessPath,
    selection: &Selection,
) -> IndexChoice<'a> {
    by_aggregate(table, path, selection).unwrap_or_else(|| index_for_selection(table, selection))
}

/// How the rows that a relation leads to are found in the table that it leads to.
#[must_use]
pub fn index_for_relation<'a>(target: &'a Table, relation: &Relation) -> IndexChoice<'a> {
    let column = match (&relation.field, &relation.references) {
        (Some((field, _)), _) if relation.is_many => field.as_str(),
        (_, Some((references, _))) if !relation.is_many => references.as_str(),
        (_, None) if !relation.is_many => "_id",
        _ => return IndexChoice::Unknown,
    };
    let constrained = [Constraint { column, is_equal: true, is_single: false }];
    match found_by(target, &constrained, &[]) {
        Some(Found::PrimaryKey) => IndexChoice::PrimaryKey,
        Some(Found::CreationTime) => IndexChoice::CreationTime,
        Some(Found::Index(found)) => IndexChoice::Implied(vec![found]),
        None if has_unknown_indexes(target) => IndexChoice::Unknown,
        None => IndexChoice::Scan,
    }
}

/// Whether an index holds rows in an order, once the pinned columns before it are equal.
#[must_use]
pub fn holds_order(table: &Table, pinned: &[&str], order: &[&str]) -> bool {
    let wanted: Vec<&str> = order
        .iter()
        .copied()
        .filter(|column| !is_system_column(column) && !pinned.contains(column))
        .collect();
    // All rows of a shard have the same shard key anyhow.
    let is_equal_anyhow = |column: &&str| table.shard_key() == Some(*column) && !table.leads_with(column);
    let is_unpinned = pinned.iter().all(is_equal_anyhow);
    table.ordered_indexes().any(|index| {
        let columns: Vec<&str> = index.fields.iter().map(|field| field.name.as_str()).collect();
        let leading = columns.iter().take_while(|column| pinned.contains(column)).count();
        (is_unpinned || leading > 0) && columns.get(leading..).is_some_and(|rest| rest.starts_with(&wanted))
    })
}

impl IndexChoice<'_> {
    /// Whether the read looks at every row of the table: no index narrows it, and no limit ends it.
    #[must_use]
    pub fn reads_everything(&self, path: &AccessPath) -> bool {
        match self {
            Self::Scan => true,
            Self::Named(found) => !found.narrows() && !is_bounded(path),
            Self::Implied(found) => found.iter().any(|found| !found.narrows()) && !is_bounded(path),
            Self::PrimaryKey | Self::CreationTime | Self::Unknown => false,
        }
    }

    /// The indexes that it uses.
    #[must_use]
    pub fn matches(&self) -> &[IndexMatch<'_>] {
        match self {
            Self::Named(found) => std::slice::from_ref(found),
            Self::Implied(found) => found,
            _ => &[],
        }
    }
}

impl<'a> IndexMatch<'a> {
    /// The longest run of leading columns that the read constrains: equal ones, then one that is bounded.
    pub fn prefix(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let length = self.equal + usize::from(self.is_ranged);
        self.index.fields.iter().take(length).map(|field| field.name.as_str())
    }

    /// Whether it leaves out rows. Also true where that can't be told.
    #[must_use]
    pub fn narrows(&self) -> bool {
        self.equal > 0 || self.is_ranged || !self.is_range_known || !is_ordered(self.index)
    }
}

fn named<'a>(table: &'a Table, path: &AccessPath, used: &IndexUse) -> IndexChoice<'a> {
    let Some((name, _)) = &used.name else {
        return IndexChoice::Unknown;
    };
    let bounds = match &used.range {
        Range::Absent => Some(&[][..]),
        Range::Known(bounds) => Some(bounds.as_slice()),
        Range::Indeterminate => None,
    };
    let constraints: Vec<Constraint<'_>> = bounds
        .unwrap_or_default()
        .iter()
        .filter_map(|bound| {
            let column = bound.column.as_ref()?;
            Some(constraint(&column.name, bound.operator))
        })
        .collect();
    let Some(index) = table.index(name) else {
        let is_narrow = bounds.is_none_or(|bounds| !bounds.is_empty());
        return match name.as_str() {
            "by_id" if is_narrow => IndexChoice::PrimaryKey,
            "by_creation_time" if is_narrow || is_bounded(path) => IndexChoice::CreationTime,
            "by_id" | "by_creation_time" => IndexChoice::Scan,
            _ => IndexChoice::Unknown,
        };
    };
    let mut found = match_index(index, &constraints, &[]);
    // Rows of a fluent read come in the order of the index, whatever else is asked.
    found.is_in_order = true;
    found.is_range_known = bounds.is_some() && index.has_all_fields;
    IndexChoice::Named(found)
}

fn unnamed<'a>(table: &'a Table, path: &AccessPath) -> IndexChoice<'a> {
    if path.surface == Surface::Fluent {
        return if is_bounded(path) { IndexChoice::CreationTime } else { IndexChoice::Scan };
    }
    let selection = &path.selection;
    let order: Vec<&str> = path.order_by.iter().map(|field| field.name.as_str()).collect();
    by_aggregate(table, path, selection)
        .or_else(|| by_selection(table, selection, &order))
        .or_else(|| by_order(table, &order))
        .unwrap_or_else(|| {
            if has_unknown_indexes(table) || selection.is_open {
                IndexChoice::Unknown
            } else if is_bounded(path) && order.iter().all(|column| is_system_column(column)) {
                IndexChoice::CreationTime
            } else {
                IndexChoice::Scan
            }
        })
}

fn by_selection<'a>(table: &'a Table, selection: &Selection, order: &[&str]) -> Option<IndexChoice<'a>> {
    by_conditions(table, &constraints(&selection.conditions, false), order)
        .or_else(|| by_alternatives(table, &selection.alternatives, order))
        .or_else(|| by_uncertain_conditions(table, &selection.conditions, order))
}

fn by_conditions<'a>(
    table: &'a Table,
    constraints: &[Constraint<'_>],
    order: &[&str],
) -> Option<IndexChoice<'a>> {
    Some(match found_by(table, constraints, order)? {
        Found::PrimaryKey => IndexChoice::PrimaryKey,
        Found::CreationTime => IndexChoice::CreationTime,
        Found::Index(found) => IndexChoice::Implied(vec![found]),
    })
}

/// An `OR` that has an index for each of its alternatives.
fn by_alternatives<'a>(
    table: &'a Table,
    alternatives: &[Vec<Vec<Condition>>],
    order: &[&str],
) -> Option<IndexChoice<'a>> {
    alternatives.iter().find_map(|lists| {
        let mut matches = Vec::new();
        for conditions in lists {
            match found_by(table, &constraints(conditions, true), order)? {
                Found::Index(found) => matches.push(IndexMatch { is_in_order: false, ..found }),
                Found::PrimaryKey | Found::CreationTime => {}
            }
        }
        Some(if matches.is_empty() { IndexChoice::PrimaryKey } else { IndexChoice::Implied(matches) })
    })
}

/// An aggregate index that holds the answer.
fn by_aggregate<'a>(table: &'a Table, path: &AccessPath, selection: &Selection) -> Option<IndexChoice<'a>> {
    if selection.is_open || selection.has_residual || !selection.alternatives.is_empty() {
        return None;
    }
    let index = table.indexes.iter().find(|index| {
        let is_by = |column: &str| {
            index.fields.iter().any(|field| field.role == IndexRole::By && field.name == column)
        };
        index.kind == IndexKind::Aggregate
            && index.has_all_fields
            && selection
                .conditions
                .iter()
                .all(|condition| condition.operator == Operator::Equal && is_by(&condition.column))
            && match path.method.as_str() {
                "count" => true,
                "aggregate" => path.other_fields.iter().all(|field| {
                    let summed = index.fields.iter().find(|field| field.role == IndexRole::Value);
                    summed.is_some_and(|summed| summed.name == field.name)
                }),
                "groupBy" => {
                    let by = index.fields.iter().filter(|field| field.role == IndexRole::By);
                    by.count() == path.other_fields.len()
                        && path.other_fields.iter().all(|field| is_by(&field.name))
                }
                _ => false,
            }
    })?;
    let found = IndexMatch {
        index,
        equal: 0,
        is_ranged: false,
        is_in_order: true,
        is_conditional: false,
        is_range_known: true,
    };
    Some(IndexChoice::Implied(vec![found]))
}

/// An index for conditions that do not always apply.
fn by_uncertain_conditions<'a>(
    table: &'a Table,
    conditions: &[Condition],
    order: &[&str],
) -> Option<IndexChoice<'a>> {
    match found_by(table, &constraints(conditions, true), order)? {
        Found::Index(found) => Some(IndexChoice::Implied(vec![IndexMatch { is_conditional: true, ..found }])),
        Found::PrimaryKey | Found::CreationTime => Some(IndexChoice::Unknown),
    }
}

/// An index that holds all rows in the order that is asked for.
fn by_order<'a>(table: &'a Table, order: &[&str]) -> Option<IndexChoice<'a>> {
    if order.iter().all(|column| is_system_column(column)) {
        return None;
    }
    table
        .ordered_indexes()
        .map(|index| match_index(index, &[], order))
        .find(|found| found.is_in_order)
        .map(|found| IndexChoice::Implied(vec![found]))
}

/// Whether a limit ends the read before it has seen every row: with a condition that no index serves, it may have to see them all.
fn is_bounded(path: &AccessPath) -> bool {
    let selection = &path.selection;
    let is_bound = |used: &IndexUse| {
        !matches!(&used.range, Range::Known(bounds) if bounds.is_empty())
            && !matches!(used.range, Range::Absent)
    };
    path.limit.is_bounding()
        && path.filters.is_empty()
        && !path.index.as_ref().is_some_and(is_bound)
        && selection.conditions.is_empty()
        && selection.alternatives.is_empty()
        && !selection.has_residual
}

fn is_ordered(index: &Index) -> bool {
    matches!(index.kind, IndexKind::Secondary | IndexKind::UniqueColumn)
}

fn has_unknown_indexes(table: &Table) -> bool {
    table.is_opaque || !table.has_all_indexes
}
