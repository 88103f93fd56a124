//! From what a recording run noted down to mentions.

use std::sync::Arc;

use lunora_source::SourceTree;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Certainty, Mention, MentionKind, Mentions, Scope, Symbol, Unclear, UnclearReason, name_span};
use crate::evaluate::origin::Data;
use crate::evaluate::read::{ReadKey, Tables};
use crate::evaluate::recorder::{Note, Spot, object_shape};
use crate::evaluate::value::{ObjectProp, ObjectValue, PropSite, StringValue, Value};
use crate::link::Recording;
use crate::place::Place;
use crate::schema::{Schema, Table, is_system_column};

/// Gathers the mentions of what a recording run saw, with the schema that it read.
pub(super) fn harvest(sources: &SourceTree, recording: Recording) -> (Mentions, Schema) {
    let mut harvester = Harvester {
        sources,
        schema: &recording.model,
        mentions: FxHashSet::default(),
        unclear: FxHashSet::default(),
        read_tables: FxHashMap::default(),
        certainty: Certainty::Certain,
    };
    for read in &recording.reads {
        harvester.read_tables.insert(read.key, read.tables.clone());
    }
    harvester.schema_model();
    harvester.declared(&recording);
    for read in &recording.reads {
        harvester.read(read);
    }
    for write in &recording.recorder.writes {
        harvester.write(write);
    }
    for note in &recording.recorder.notes {
        harvester.note(note);
    }
    harvester.types();
    let mut all: Vec<Mention> = harvester.mentions.into_iter().collect();
    super::sort(sources, &mut all);
    all.dedup_by(|next, kept| {
        next.place == kept.place && next.symbol == kept.symbol && next.kind == kept.kind
    });
    let mut unclear: Vec<Unclear> = harvester.unclear.into_iter().collect();
    unclear.sort_unstable();
    let is_complete = sources.files.iter().all(|file| !file.is_unreadable && file.facts.errors.is_empty());
    (Mentions { all, unclear, is_complete, calls: recording.calls }, recording.model)
}

pub(super) struct Harvester<'a> {
    pub(super) sources: &'a SourceTree,
    pub(super) schema: &'a Schema,
    mentions: FxHashSet<Mention>,
    unclear: FxHashSet<Unclear>,
    read_tables: FxHashMap<ReadKey, Tables>,
    /// How sure the mentions of the operation are that is being looked at.
    pub(super) certainty: Certainty,
}

impl Harvester<'_> {
    /// Something is named at a place; without one, or with other text there, its name is computed.
    pub(super) fn named(&mut self, symbol: Symbol, place: Option<Place>, at: Place, kind: MentionKind) {
        let file = |place: Place| self.sources.files.get(place.file.index());
        let written =
            place.filter(|place| file(*place).is_some_and(|file| name_span(file, *place, &symbol).is_some()));
        match written {
            Some(place) => {
                self.mentions.insert(Mention { place, symbol, kind, certainty: self.certainty });
            }
            None => self.unclear(at, Scope::Symbol(symbol), UnclearReason::Computed),
        }
    }

    pub(super) fn unclear(&mut self, at: Place, scope: Scope, reason: UnclearReason) {
        self.unclear.insert(Unclear { at, scope, reason });
    }

    /// The tables of an operation.
    pub(super) fn tables(&mut self, tables: &Tables, at: Place, kind: MentionKind) {
        for name in tables.names.iter() {
            self.table(name, at, kind);
        }
        if !tables.complete {
            self.unclear(at, Scope::AnyTable, UnclearReason::Computed);
        }
    }

    pub(super) fn table(&mut self, name: &StringValue, at: Place, kind: MentionKind) {
        self.named(Symbol::of_table(&name.text), name.place, at, kind);
    }

    /// A column of rows of some tables; of those that have it, if any has.
    pub(super) fn column(&mut self, tables: &Tables, spot: &Spot, kind: MentionKind) {
        let name = spot.name.split('.').next().unwrap_or_default();
        if is_system_column(name) {
            return;
        }
        if !tables.complete {
            self.unclear(spot.at, Scope::ColumnNamed(Arc::from(name)), UnclearReason::UnknownTable);
        }
        let known = |table: &StringValue| self.schema.table(&table.text);
        let having: Vec<&Table> = tables
            .names
            .iter()
            .filter_map(known)
            .filter(|table| table.has_column(name) != Some(false))
            .collect();
        if !having.is_empty() {
            for table in having {
                self.named(Symbol::of_column(&table.name, name), spot.place, spot.at, kind);
            }
            return;
        }
        for table in tables.names.iter().filter_map(known) {
            let is_relation = table.relations.iter().any(|relation| relation.name == name);
            let symbol = if is_relation {
                Symbol::Relation { table: Arc::from(table.name.as_str()), name: Arc::from(name) }
            } else {
                Symbol::of_column(&table.name, name)
            };
            self.named(symbol, spot.place, spot.at, kind);
        }
    }

    /// Any column of some tables may be meant.
    pub(super) fn any_column(&mut self, tables: &Tables, at: Place, reason: UnclearReason) {
        for table in tables.names.iter() {
            self.unclear(at, Scope::ColumnsOf(Arc::from(&*table.text)), reason);
        }
    }

    /// The columns that a value gives as strings.
    pub(super) fn column_list(&mut self, value: &Value, tables: &Tables, at: Place, kind: MentionKind) {
        match value {
            Value::String(name) => {
                let spot = Spot { name: name.text.clone(), place: name.place, at };
                self.column(tables, &spot, kind);
            }
            Value::Array(array) => {
                array.items.iter().for_each(|item| self.column_list(item, tables, at, kind));
                if array.open {
                    self.any_column(tables, at, UnclearReason::Computed);
                }
            }
            Value::OneOf(values) => {
                values.iter().for_each(|value| self.column_list(value, tables, at, kind));
            }
            Value::Object(object) => self.column_keys(object, tables, at, kind),
            value if value.is_nullish() || matches!(value, Value::Bool(_)) => {}
            _ => self.any_column(tables, at, UnclearReason::Computed),
        }
    }

    /// The columns that are keys of an object.
    pub(super) fn column_keys(
        &mut self,
        object: &ObjectValue,
        tables: &Tables,
        at: Place,
        kind: MentionKind,
    ) {
        for prop in &object.props {
            self.column(tables, &spot_of(prop, at), kind);
        }
        for (name, site) in &object.other_sites {
            let spot = Spot { name: name.clone(), place: Some(site.key()), at };
            self.column(tables, &spot, kind);
        }
        if object.open {
            self.any_column(tables, at, UnclearReason::UnknownKeys);
        }
    }

    /// A row, or a part of one, that is written to some tables.
    pub(super) fn row(&mut self, value: &Value, tables: &Tables, at: Place) {
        match value {
            Value::Object(object) => {
                self.column_keys(object, tables, at, MentionKind::Write);
                object.base.iter().for_each(|base| self.row(base, tables, at));
            }
            Value::OneOf(values) => values.iter().for_each(|value| self.row(value, tables, at)),
            Value::Row(row) if row.tables == *tables => {}
            Value::Row(row) => {
                self.any_column(tables, at, UnclearReason::Copied);
                self.any_column(&row.tables, at, UnclearReason::Copied);
            }
            value if value.is_nullish() => {}
            value => match shape_of(value) {
                Some(shape) => self.column_keys(&shape, tables, at, MentionKind::Write),
                None => self.any_column(tables, at, UnclearReason::UnknownKeys),
            },
        }
    }

    fn note(&mut self, note: &Note) {
        self.certainty = Certainty::Certain;
        match note {
            Note::Column { spot, tables, is_write } => {
                let kind = if *is_write { MentionKind::Write } else { MentionKind::Read };
                self.column(tables, spot, kind);
            }
            Note::Derived { spot, reads } => {
                for read in reads {
                    if let Some(tables) = self.read_tables.get(read).cloned() {
                        self.possible(&tables, spot);
                    }
                }
            }
            Note::Beside { spot, tables } => self.possible(tables, spot),
            Note::AnyColumn { at, tables } => self.any_column(tables, *at, UnclearReason::Computed),
            Note::Table { spot } => {
                self.named(Symbol::of_table(&spot.name), spot.place, spot.at, MentionKind::Read);
            }
            Note::Reader { reader } => {
                self.certainty = certainty(reader.database.certain);
                self.tables(&reader.tables, reader.key.place(), MentionKind::Read);
                self.steps(reader);
            }
            Note::Procedure { spot } => {
                self.named(Symbol::Procedure(Arc::from(&*spot.name)), spot.place, spot.at, MentionKind::Read);
            }
            Note::HandedOn { at, tables } => self.any_column(tables, *at, UnclearReason::HandedOn),
            Note::Edge { spot } => {
                if let Some((table, column)) = spot.name.split_once('.') {
                    let scopes = [Symbol::of_table(table), Symbol::of_column(table, column)];
                    for symbol in scopes {
                        self.unclear(spot.at, Scope::Symbol(symbol), UnclearReason::Computed);
                    }
                }
            }
            Note::Index { spot } => {
                let scope = Scope::IndexNamed(Arc::from(&*spot.name));
                self.unclear(spot.at, scope, UnclearReason::UnknownTable);
            }
            Note::GaveUp { at } => self.unclear(*at, Scope::Anything, UnclearReason::TooDeep),
        }
    }

    /// Something that is made of rows has a part that is called like one of their columns.
    fn possible(&mut self, tables: &Tables, spot: &Spot) {
        self.certainty = Certainty::Possible;
        for table in tables.names.iter().filter_map(|table| self.schema.table(&table.text)) {
            if table.column(&spot.name).is_some() {
                let symbol = Symbol::of_column(&table.name, &spot.name);
                self.named(symbol, spot.place, spot.at, MentionKind::Read);
            }
        }
        self.certainty = Certainty::Certain;
    }
}

/// How sure the mentions of an operation on a database are.
pub(super) fn certainty(is_database_certain: bool) -> Certainty {
    if is_database_certain { Certainty::Certain } else { Certainty::Conventional }
}

/// The name of a property, where it is written.
pub(super) fn spot_of(prop: &ObjectProp, at: Place) -> Spot {
    Spot { name: prop.name.clone(), place: prop.at.map(PropSite::key), at }
}

/// The properties that an argument has by its validator.
pub(super) fn shape_of(value: &Value) -> Option<std::rc::Rc<ObjectValue>> {
    let Value::Data(data) = value else { return None };
    match &**data {
        Data::Argument { validator: Some(validator), .. } => object_shape(validator).cloned(),
        _ => None,
    }
}
