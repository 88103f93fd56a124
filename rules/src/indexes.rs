//! Indexes: what one that is missing would be called, and which one holds an order.

use lunora_project::access::{Condition, Operator};
use lunora_project::index_choice;
use lunora_project::index_plan::free_name;
use lunora_project::schema::{Index, Schema, Table, is_system_column};

/// Indexes that every table may have without declaring them, with their column.
pub(crate) const BUILT_IN: &[(&str, &str)] = &[("by_creation_time", "_creationTime"), ("by_id", "_id")];

/// An index that a schema could declare.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Proposal {
    /// Its name, in the style of the project and free on the table.
    pub(crate) name: String,
    /// Its columns.
    pub(crate) fields: Vec<String>,
}

impl Proposal {
    /// The call that declares it.
    pub(crate) fn declaration(&self) -> String {
        format!(".index({:?}, [{}])", self.name, quoted(&self.fields))
    }
}

/// Columns as strings, with commas between them.
pub(crate) fn quoted(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| format!("{column:?}")).collect();
    quoted.join(", ")
}

/// The index that serves most of the conditions.
pub(crate) fn serving<'a>(table: &'a Table, conditions: &[Condition]) -> Option<&'a Index> {
    index_choice::serving(table, conditions).map(|found| found.index)
}

/// The index that holds the equal columns first, in any order, and then these, in this order. Rows that are equal in all columns of an
/// index lie in the order of their creation.
pub(crate) fn holding<'a>(table: &'a Table, equal: &[String], then: &[String]) -> Option<&'a Index> {
    table.ordered_indexes().find(|index| {
        let columns: Vec<&String> = index.fields.iter().map(|field| &field.name).collect();
        let (Some(leading), Some(rest)) = (columns.get(..equal.len()), columns.get(equal.len()..)) else {
            return false;
        };
        let is_tie = |column: &String| column == "_creationTime";
        let mut rest = rest.iter().copied();
        leading.iter().all(|column| equal.contains(column))
            && then.iter().all(|column| match rest.next() {
                Some(held) => held == column,
                None => is_tie(column) && index.has_all_fields,
            })
    })
}

/// Whether all columns of an index are among the pinned ones.
pub(crate) fn is_pinned_by(columns: &[&str], pinned: &[String]) -> bool {
    !columns.is_empty() && columns.iter().all(|column| pinned.iter().any(|pinned| pinned == column))
}

/// Whether a declared index begins with a column.
pub(crate) fn leads_with(table: &Table, column: &str) -> bool {
    table.ordered_indexes().any(|index| index.fields.first().is_some_and(|field| field.name == column))
}

/// Columns that are held equal, in the order in which a new index should begin with them. A shard's database holds one value of the
/// shard key as a rule: the key leads only where it leads declared indexes, else it follows the other columns; alone it is of no use.
pub(crate) fn leading(table: &Table, equal: &[String]) -> Vec<String> {
    let is_key = |column: &&String| table.shard_key() == Some(column.as_str());
    let (keys, mut others): (Vec<&String>, Vec<&String>) = equal.iter().partition(is_key);
    if let Some(key) = keys.first() {
        if leads_with(table, key) {
            others.insert(0, key);
        } else if !others.is_empty() {
            others.push(key);
        }
    }
    others.into_iter().cloned().collect()
}

/// Whether an index holds rows in the wanted order, once the pinned columns before it are equal.
pub(crate) fn serves_order(table: &Table, pinned: &[&str], order: &[&str]) -> bool {
    let wanted: Vec<&str> = order
        .iter()
        .copied()
        .filter(|column| !is_system_column(column) && !pinned.contains(column))
        .collect();
    let is_equal_anyhow = |column: &&str| table.shard_key() == Some(*column) && !leads_with(table, column);
    let is_unpinned = pinned.iter().all(is_equal_anyhow);
    table.ordered_indexes().any(|index| {
        let columns: Vec<&str> = index.fields.iter().map(|field| field.name.as_str()).collect();
        let leading = columns.iter().take_while(|column| pinned.contains(column)).count();
        (is_unpinned || leading > 0) && columns.get(leading..).is_some_and(|rest| rest.starts_with(&wanted))
    })
}

/// The index that would serve conditions: the equalities in the order in which they are written, then one range.
pub(crate) fn proposal(schema: &Schema, table: &Table, conditions: &[Condition]) -> Proposal {
    let mut equal: Vec<String> = Vec::new();
    let mut bounded: Option<&String> = None;
    for condition in conditions {
        let is_equal = matches!(condition.operator, Operator::Equal | Operator::In);
        if !is_equal {
            bounded = bounded.or(Some(&condition.column));
        } else if !equal.contains(&condition.column) {
            equal.push(condition.column.clone());
        }
    }
    let mut fields = leading(table, &equal);
    fields.extend(bounded.filter(|column| !equal.contains(column)).cloned());
    let is_useful = !fields.is_empty();
    named(schema, table, if is_useful { fields } else { equal })
}

/// An index on these columns, with a name.
pub(crate) fn named(schema: &Schema, table: &Table, fields: Vec<String>) -> Proposal {
    Proposal { name: free_name(schema, table, &fields, &[]), fields }
}
