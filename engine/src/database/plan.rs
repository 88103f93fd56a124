//! What a plan of SQLite says.

use crate::schema::Table;
use crate::storage::unique_index;

/// Whether a plan steps through the whole of a table or index.
pub(crate) fn is_scan(plan: &[String]) -> bool {
    plan.iter().any(|line| line.starts_with("SCAN "))
}

/// The declared index that a plan uses.
pub(crate) fn declared_index(table: &Table, plan: &[String]) -> Option<String> {
    let physical = plan.iter().find_map(|line| {
        let (_, rest) = line.split_once("INDEX ")?;
        rest.split(' ').next()
    })?;
    let column = table
        .columns
        .iter()
        .filter(|column| column.validator.is_unique)
        .find(|column| unique_index(&table.name, &column.name) == physical);
    if let Some(column) = column {
        return Some(column.name.clone());
    }
    let name = physical.strip_prefix(&table.name)?.strip_prefix('_')?;
    table.indexes.iter().find(|index| index.name == name).map(|index| index.name.clone())
}
