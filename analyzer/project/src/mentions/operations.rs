//! The names in reads and writes.

use std::rc::Rc;
use std::sync::Arc;

use ecow::EcoString;

use super::harvest::{Harvester, certainty, shape_of, spot_of};
use super::{MentionKind, Scope, Symbol, UnclearReason};
use crate::evaluate::effect::{ReadEffect, ReadForm};
use crate::evaluate::read::{RangeValue, ReaderValue, Step, Tables};
use crate::evaluate::recorder::{CallSurface, RecordedWrite, Spot};
use crate::evaluate::value::{ObjectValue, StringValue, Value};
use crate::place::Place;
use crate::schema::Relation;

/// Keys of a relation node.
const RELATION_NODES: &[&str] = &["is", "isNot", "some", "none", "every"];

impl Harvester<'_> {
    pub(super) fn read(&mut self, read: &ReadEffect) {
        self.certainty = certainty(read.database.certain);
        let at = read.key.place();
        match &read.form {
            ReadForm::Fluent { reader, .. } => {
                self.tables(&read.tables, at, MentionKind::Read);
                self.steps(reader);
            }
            ReadForm::Object { arguments, .. } => {
                self.tables(&read.tables, at, MentionKind::Read);
                self.arguments(arguments, &read.tables, at);
            }
            ReadForm::Rank { index, arguments } => {
                self.tables(&read.tables, at, MentionKind::Read);
                self.index(index, &read.tables, at);
                if let Value::Object(arguments) = arguments {
                    let selected = arguments.value("where").cloned().unwrap_or(Value::Undefined);
                    self.selection(&selected, &read.tables, at);
                }
            }
            // The table of a read by id is known by the id, unless the call names it.
            ReadForm::ById { names_table, .. } => {
                if *names_table {
                    self.tables(&read.tables, at, MentionKind::Read);
                }
            }
            ReadForm::Related => {}
        }
    }

    pub(super) fn write(&mut self, write: &RecordedWrite) {
        let effect = &write.effect;
        self.certainty = certainty(effect.database.certain);
        let at = effect.site.place();
        if effect.names_table {
            self.tables(&effect.tables, at, MentionKind::Write);
        }
        if let Some(selection) = &effect.selection {
            self.selection(selection, &effect.tables, at);
        }
        for row in written_rows(write) {
            self.row(&row, &effect.tables, at);
        }
        if let Some(target) = upsert_target(write) {
            self.column_list(&target, &effect.tables, at, MentionKind::Condition);
        }
    }

    /// The links of a fluent read.
    pub(super) fn steps(&mut self, reader: &ReaderValue) {
        for step in &reader.steps {
            if let Step::Index { name, range, call, .. } = step {
                self.index(name, &reader.tables, call.place());
                for range in range.alternatives() {
                    match range {
                        Value::Range(range) => self.bounds(range, &reader.tables),
                        Value::Undefined => {}
                        _ => self.any_column(&reader.tables, call.place(), UnclearReason::Computed),
                    }
                }
            }
        }
    }

    fn bounds(&mut self, range: &RangeValue, tables: &Tables) {
        for bound in &range.bounds {
            if !matches!(&*bound.method, "near" | "within") {
                self.column_list(&bound.field, tables, bound.call.place(), MentionKind::Bound);
            }
        }
    }

    fn index(&mut self, name: &Value, tables: &Tables, at: Place) {
        for name in name.alternatives() {
            match name {
                Value::String(name) if tables.names.is_empty() => {
                    let scope = Scope::IndexNamed(Arc::from(&*name.text));
                    self.unclear(at, scope, UnclearReason::UnknownTable);
                }
                Value::String(name) => self.index_of_tables(name, tables, at),
                _ => {
                    for table in tables.names.iter() {
                        let scope = Scope::IndexesOf(Arc::from(&*table.text));
                        self.unclear(at, scope, UnclearReason::Computed);
                    }
                }
            }
        }
    }

    /// An index of one of several tables; of those that have it, if any has.
    fn index_of_tables(&mut self, name: &StringValue, tables: &Tables, at: Place) {
        let has = |table: &StringValue| {
            self.schema.table(&table.text).is_some_and(|table| table.index(&name.text).is_some())
        };
        let having: Vec<StringValue> = tables.names.iter().filter(|table| has(table)).cloned().collect();
        let named = if having.is_empty() { tables.names.to_vec() } else { having };
        for table in named {
            self.named(Symbol::of_index(&table.text, &name.text), name.place, at, MentionKind::Read);
        }
        if !tables.complete {
            let scope = Scope::IndexNamed(Arc::from(&*name.text));
            self.unclear(at, scope, UnclearReason::UnknownTable);
        }
    }

    /// `{ where, orderBy, select, with, by, field }`.
    fn arguments(&mut self, arguments: &Value, tables: &Tables, at: Place) {
        match arguments {
            Value::Object(arguments) => self.options(arguments, tables, at),
            Value::OneOf(values) => values.iter().for_each(|value| self.arguments(value, tables, at)),
            value if value.is_nullish() => {}
            value => match shape_of(value) {
                Some(shape) => self.options(&shape, tables, at),
                None => self.any_column(tables, at, UnclearReason::UnknownKeys),
            },
        }
    }

    fn options(&mut self, options: &Rc<ObjectValue>, tables: &Tables, at: Place) {
        if let Some(selected) = options.value("where") {
            self.selection(selected, tables, at);
        }
        if let Some(order) = options.value("orderBy") {
            self.order(order, tables, at);
        }
        for name in ["select", "by", "field"] {
            if let Some(columns) = options.value(name) {
                self.column_list(columns, tables, at, MentionKind::Selection);
            }
        }
        if let Some(column) =
            options.value("agg").and_then(Value::as_object).and_then(|agg| agg.value("field"))
        {
            self.column_list(column, tables, at, MentionKind::Selection);
        }
        if let Some(Value::Object(relations)) = options.value("with") {
            self.relations(relations, tables, at);
        }
    }

    fn order(&mut self, order: &Value, tables: &Tables, at: Place) {
        match order {
            Value::Array(items) => items.items.iter().for_each(|item| self.order(item, tables, at)),
            Value::Object(keys) => self.column_keys(keys, tables, at, MentionKind::Order),
            Value::OneOf(values) => values.iter().for_each(|value| self.order(value, tables, at)),
            value if value.is_nullish() => {}
            _ => self.any_column(tables, at, UnclearReason::UnknownKeys),
        }
    }

    /// The relations that a `with` loads, each with options of its own.
    fn relations(&mut self, relations: &ObjectValue, tables: &Tables, at: Place) {
        for prop in &relations.props {
            if let ("_count", Value::Object(counted)) = (&*prop.name, &prop.value) {
                self.relations(counted, tables, at);
                continue;
            }
            let target = self.relation(tables, &spot_of(prop, at), MentionKind::Selection);
            if let Value::Object(options) = &prop.value {
                self.options(options, &target, at);
            }
        }
    }

    /// A relation is named; returns the tables that it leads to.
    fn relation(&mut self, tables: &Tables, spot: &Spot, kind: MentionKind) -> Tables {
        let mut targets: Vec<StringValue> = Vec::new();
        let mut complete = tables.complete;
        for table in tables.names.iter() {
            let symbol = Symbol::Relation { table: Arc::from(&*table.text), name: Arc::from(&*spot.name) };
            self.named(symbol, spot.place, spot.at, kind);
            let relation = self.find_relation(table, &spot.name);
            match relation.and_then(|relation| relation.target.as_ref()) {
                Some((target, _)) => {
                    targets.push(StringValue { text: EcoString::from(target.as_str()), place: None })
                }
                None => complete = false,
            }
        }
        Tables { names: Rc::new(targets), complete }
    }

    fn find_relation(&self, table: &StringValue, name: &str) -> Option<&Relation> {
        let table = self.schema.table(&table.text)?;
        table.relations.iter().find(|relation| relation.name == *name)
    }

    /// A `where`.
    pub(super) fn selection(&mut self, value: &Value, tables: &Tables, at: Place) {
        match value {
            Value::Object(object) => self.conditions(object, tables, at),
            Value::Array(array) => {
                array.items.iter().for_each(|item| self.selection(item, tables, at));
            }
            Value::OneOf(values) => values.iter().for_each(|value| self.selection(value, tables, at)),
            Value::Bool(_) | Value::Lunora(_) | Value::Test(_) => {}
            value if value.is_nullish() => {}
            value => match shape_of(value) {
                Some(shape) => self.conditions(&shape, tables, at),
                None => self.any_column(tables, at, UnclearReason::UnknownKeys),
            },
        }
    }

    fn conditions(&mut self, object: &ObjectValue, tables: &Tables, at: Place) {
        for prop in &object.props {
            let is_relation = |table: &StringValue| self.find_relation(table, &prop.name).is_some();
            let node = prop.value.as_object().filter(|node| {
                node.props.iter().any(|prop| RELATION_NODES.contains(&&*prop.name))
                    || tables.names.iter().any(is_relation)
            });
            match (&*prop.name, node) {
                ("AND" | "OR" | "NOT", _) => self.selection(&prop.value, tables, at),
                (_, Some(node)) => {
                    let node = Rc::clone(node);
                    let target = self.relation(tables, &spot_of(prop, at), MentionKind::Condition);
                    for inner in &node.props {
                        self.selection(&inner.value, &target, at);
                    }
                }
                _ => self.column(tables, &spot_of(prop, at), MentionKind::Condition),
            }
        }
        for (name, site) in &object.other_sites {
            let spot = Spot { name: name.clone(), place: Some(site.key()), at };
            self.column(tables, &spot, MentionKind::Condition);
        }
        if object.open {
            self.any_column(tables, at, UnclearReason::UnknownKeys);
        }
    }
}

/// The rows, or parts of rows, that a write gives.
fn written_rows(write: &RecordedWrite) -> Vec<Value> {
    let arguments = &write.call.arguments;
    let argument = |index: usize| arguments.get(index).cloned().unwrap_or(Value::Undefined);
    match (write.call.surface, &*write.effect.method) {
        (
            _,
            "delete" | "hardDelete" | "restore" | "deleteMany" | "deleteWhere" | "deleteAll" | "wipeShard",
        ) => Vec::new(),
        (CallSurface::Orm, _) => vec![argument(0)],
        (CallSurface::Flat, "insert" | "patch" | "replace") => vec![argument(1)],
        (CallSurface::Flat, "insertMany" | "insertManyUnsafe") => elements(&argument(1)),
        (CallSurface::Flat, "patchWhere") => vec![part(&argument(1), "patch")],
        (CallSurface::Flat, "patchMany") => {
            elements(&argument(0)).iter().map(|item| part(item, "patch")).collect()
        }
        (CallSurface::Flat, "upsert" | "upsertMany") => upserted(&argument(1)),
        (CallSurface::Facade, "insert") => vec![argument(0)],
        (CallSurface::Facade, "patch" | "replace") => vec![argument(1)],
        (CallSurface::Facade, "insertMany") => elements(&argument(0)),
        (CallSurface::Facade, "upsert" | "upsertMany") => upserted(&argument(0)),
        (CallSurface::Facade, "patchMany") => match argument(0) {
            list @ Value::Array(_) => elements(&list).iter().map(|item| part(item, "values")).collect(),
            options => vec![part(&options, "values")],
        },
        _ => Vec::new(),
    }
}

fn upserted(options: &Value) -> Vec<Value> {
    let mut rows = vec![part(options, "create"), part(options, "update")];
    match part(options, "rows") {
        Value::Undefined => {}
        list => rows.extend(elements(&list)),
    }
    rows
}

/// The columns that an upsert finds its row by.
fn upsert_target(write: &RecordedWrite) -> Option<Value> {
    let options = match (write.call.surface, &*write.effect.method) {
        (CallSurface::Flat, "upsert" | "upsertMany") => write.call.arguments.get(1)?,
        (CallSurface::Facade, "upsert" | "upsertMany") => write.call.arguments.first()?,
        _ => return None,
    };
    Some(part(options, "target"))
}

fn part(value: &Value, name: &str) -> Value {
    match value {
        Value::Object(object) => match object.value(name) {
            Some(value) => value.clone(),
            None if object.open => Value::OPAQUE,
            None => Value::Undefined,
        },
        Value::OneOf(values) => Value::join_all(values.iter().map(|value| part(value, name))),
        value if value.is_nullish() => Value::Undefined,
        _ => Value::OPAQUE,
    }
}

fn elements(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(array) => array.items.clone(),
        Value::OneOf(values) => values.iter().flat_map(elements).collect(),
        Value::Rows(rows) | Value::Page(rows) => {
            vec![Value::Row(Rc::new(crate::evaluate::value::RowValue {
                key: rows.key,
                tables: rows.tables.clone(),
                loop_token: None,
            }))]
        }
        value if value.is_nullish() => Vec::new(),
        Value::Data(data) => match &**data {
            crate::evaluate::origin::Data::Argument { path, validator: Some(validator), loop_token } => {
                let element = validator.parts.first().and_then(|part| match part {
                    Value::Validator(part) => Some(Rc::clone(part)),
                    _ => None,
                });
                vec![Value::data(crate::evaluate::origin::Data::Argument {
                    path: path.clone(),
                    validator: element,
                    loop_token: *loop_token,
                })]
            }
            _ => vec![Value::OPAQUE],
        },
        _ => vec![Value::OPAQUE],
    }
}
