//! The schema as evaluation sees it: a few answers, and the memory of what was asked.

use std::cell::RefCell;

use rustc_hash::FxHashSet;

use crate::schema::{Column, Schema, Table};

/// A schema that remembers which tables it was asked about.
pub(crate) struct SchemaView<'a> {
    schema: &'a Schema,
    asked: RefCell<FxHashSet<String>>,
}

/// What evaluation is told of a table. None of it is a place: where a table is declared changes nothing in code that uses it.
#[derive(Clone, Copy)]
pub(crate) struct TableView<'a>(&'a Table);

impl<'a> SchemaView<'a> {
    pub(crate) fn new(schema: &'a Schema) -> Self {
        Self { schema, asked: RefCell::default() }
    }

    /// The table with a name.
    pub(crate) fn table(&self, name: &str) -> Option<TableView<'a>> {
        let is_known = self.asked.borrow().contains(name);
        if !is_known {
            self.asked.borrow_mut().insert(name.to_owned());
        }
        self.schema.table(name).map(TableView)
    }

    /// The tables that were asked about, whether or not they exist, sorted.
    pub(crate) fn into_asked(self) -> Vec<String> {
        let mut asked: Vec<String> = self.asked.into_inner().into_iter().collect();
        asked.sort_unstable();
        asked
    }
}

impl<'a> TableView<'a> {
    /// The table whose ids a column holds.
    pub(crate) fn reference(self, column: &str) -> Option<&'a str> {
        reference(self.0.column(column)?)
    }

    /// Whether a column always holds a boolean.
    pub(crate) fn is_boolean(self, column: &str) -> bool {
        self.0.column(column).is_some_and(is_boolean)
    }
}

/// The tables of which evaluation would be told something else than before, sorted.
pub(crate) fn changed_tables(old: &Schema, new: &Schema) -> Vec<String> {
    let names = old.tables.iter().chain(&new.tables).map(|table| table.name.as_str());
    let differs = |name: &&str| match (old.table(name), new.table(name)) {
        (Some(old), Some(new)) => !is_same(old, new),
        (None, None) => false,
        _ => true,
    };
    let mut changed: Vec<String> = names.filter(differs).map(str::to_owned).collect();
    changed.sort_unstable();
    changed.dedup();
    changed
}

fn is_same(old: &Table, new: &Table) -> bool {
    let told =
        |column: &Column| (column.name.clone(), reference(column).map(str::to_owned), is_boolean(column));
    old.columns.len() == new.columns.len()
        && old.columns.iter().zip(&new.columns).all(|(old, new)| told(old) == told(new))
}

fn reference(column: &Column) -> Option<&str> {
    column.references.as_ref().map(|(target, _)| target.as_str())
}

fn is_boolean(column: &Column) -> bool {
    column.kind.as_deref() == Some("boolean") && !column.is_optional && !column.is_nullable
}
