//! Names in reads and writes that nothing bears: they type-check, and fail when the code runs.

use lunora_project::access::{
    AccessPath, FieldUse, Indeterminacy, IndexUse, Range, Read, Selection, Surface, TableName, Write,
};
use lunora_project::schema::{IndexKind, Schema, Table};
use lunora_project::{Place, Project};

use crate::indexes::BUILT_IN;

/// A name that makes an operation fail when it runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum NameError {
    /// No table has this name.
    Table { name: String, place: Place },
    /// The table has no index of that kind and name.
    Index { name: String, kind: IndexKind, table: String, place: Place },
    /// The table has no such column.
    Field { name: String, table: String, place: Place },
    /// A fluent read of a table that has no fluent reader.
    FluentOnGlobal { table: String },
}

/// What is wrong with the names of a read, each once.
pub(super) fn read_name_errors(project: &Project, read: &Read) -> Vec<NameError> {
    let mut errors = Vec::new();
    for path in &read.paths {
        if !path.unknown.contains(&Indeterminacy::Database) {
            path_errors(project, read, path, &mut errors);
        }
    }
    dedup(errors)
}

/// What is wrong with the names of a write, each once.
pub(super) fn write_name_errors(project: &Project, write: &Write) -> Vec<NameError> {
    let mut errors = Vec::new();
    if write.names_table {
        table_errors(project, &write.tables, write.place, &mut errors);
    }
    if write.is_table_known
        && let Some(tables) = declared(&project.schema, &write.tables)
    {
        selection_errors(&tables, &write.selection, write.place, &mut errors);
    }
    dedup(errors)
}

fn dedup(errors: Vec<NameError>) -> Vec<NameError> {
    let mut unique: Vec<NameError> = Vec::with_capacity(errors.len());
    for error in errors {
        if !unique.contains(&error) {
            unique.push(error);
        }
    }
    unique
}

fn path_errors(project: &Project, read: &Read, path: &AccessPath, errors: &mut Vec<NameError>) {
    let schema = &project.schema;
    table_errors(project, &path.tables, read.place, errors);
    if !path.is_table_known {
        return;
    }
    let Some(tables) = declared(schema, &path.tables) else { return };
    fluent_error(path, &tables, errors);
    if let Some(index) = &path.index {
        index_error(&tables, index, errors);
        if let Range::Known(bounds) = &index.range {
            let columns = bounds.iter().filter_map(|bound| bound.column.as_ref());
            field_errors(&tables, columns, index.place, errors);
        }
    }
    selection_errors(&tables, &path.selection, read.place, errors);
    let others = path.order_by.iter().chain(&path.other_fields);
    field_errors(&tables, others, read.place, errors);
}

/// The tables of an operation, if all of them are declared.
fn declared<'a>(schema: &'a Schema, names: &[TableName]) -> Option<Vec<&'a Table>> {
    let tables: Option<Vec<&Table>> = names.iter().map(|table| schema.table(&table.name)).collect();
    tables.filter(|tables| !tables.is_empty())
}

fn table_errors(project: &Project, names: &[TableName], at: Place, errors: &mut Vec<NameError>) {
    for table in names {
        let place = table.place.unwrap_or(at);
        // A table that is known from the type of an id is reported where that type is written.
        let is_of_id = || table.place.is_some() && project.id_tables.iter().any(|id| id.place == table.place);
        if is_unknown_table(&project.schema, &table.name) && !is_of_id() {
            errors.push(NameError::Table { name: table.name.to_string(), place });
        }
    }
}

/// Whether the schema surely lacks a table. Names with a leading underscore are Lunora's own; inside of an extension, tables go by the
/// names that they have without its key.
pub(crate) fn is_unknown_table(schema: &Schema, name: &str) -> bool {
    schema.is_readable
        && schema.is_complete
        && !name.starts_with('_')
        && schema.table(name).is_none()
        && !schema.extension_names.iter().any(|known| known == name)
}

fn fluent_error(path: &AccessPath, tables: &[&Table], errors: &mut Vec<NameError>) {
    let is_search =
        path.index.as_ref().is_some_and(|index| matches!(index.kind, IndexKind::Search | IndexKind::Geo));
    if path.surface != Surface::Fluent || is_search {
        return;
    }
    let global = tables.iter().find(|table| table.tier == lunora_project::schema::Tier::Global);
    if let Some(table) = global {
        errors.push(NameError::FluentOnGlobal { table: table.name.clone() });
    }
}

/// With several tables, the name may belong to the one that is meant: it is wrong only if none of them has it.
fn index_error(tables: &[&Table], used: &IndexUse, errors: &mut Vec<NameError>) {
    let Some((name, place)) = &used.name else { return };
    let is_built_in = used.kind == IndexKind::Secondary && BUILT_IN.iter().any(|(known, _)| known == name);
    let lacks = |table: &Table| {
        table.has_all_indexes
            && !table.is_opaque
            && !table
                .indexes
                .iter()
                .any(|index| index.kind == used.kind && index.name.as_ref().is_none_or(|known| known == name))
    };
    if !is_built_in && tables.iter().all(|table| lacks(table)) {
        errors.push(NameError::Index {
            name: name.to_string(),
            kind: used.kind,
            table: tables.first().map(|table| table.name.clone()).unwrap_or_default(),
            place: place.unwrap_or(used.place),
        });
    }
}

fn selection_errors(tables: &[&Table], selection: &Selection, at: Place, errors: &mut Vec<NameError>) {
    field_errors(tables, selection.fields.iter(), at, errors);
}

fn field_errors<'a>(
    tables: &[&Table],
    fields: impl Iterator<Item = &'a FieldUse>,
    at: Place,
    errors: &mut Vec<NameError>,
) {
    for field in fields {
        if tables.iter().all(|table| lacks_field(table, &field.name)) {
            errors.push(NameError::Field {
                name: field.name.to_string(),
                table: tables.first().map(|table| table.name.clone()).unwrap_or_default(),
                place: field.place.unwrap_or(at),
            });
        }
    }
}

/// Whether a table surely has neither a column nor a relation of that name.
pub(crate) fn lacks_field(table: &Table, name: &str) -> bool {
    table.has_column(name) == Some(false)
        && table.has_all_relations
        && !table.relations.iter().any(|relation| relation.name == name)
}
