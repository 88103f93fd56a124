//! From read effects to access paths.

use ecow::eco_format;
use lunora_facts::SpanTable;
use lunora_source::SourceTree;

use super::compact;
use super::predicates::{self, Subject, operand};
use super::selection::selection;
use crate::access::{
    AccessPath, Bound, Direction, FieldUse, Indeterminacy, IndexUse, Limit, Operand, Operator, Origin, Range,
    Selection, Surface, TableName,
};
use crate::evaluate::Interpreter;
use crate::evaluate::effect::{ReadEffect, ReadForm};
use crate::evaluate::origin::{Data, Dependence, Origins};
use crate::evaluate::read::{IndexStep, RangeValue, ReaderValue, Step, Tables};
use crate::evaluate::schema_view::SchemaView;
use crate::evaluate::value::{ObjectProp, ObjectValue, PropSite, Value};
use crate::place::{Part, Place, Site};
use crate::schema::IndexKind;

/// Turns effects into access paths.
pub(crate) struct PathBuilder<'a> {
    pub(crate) sources: &'a SourceTree,
    pub(crate) schema: &'a SchemaView<'a>,
    pub(crate) interpreter: &'a Interpreter<'a>,
}

impl PathBuilder<'_> {
    /// The access paths of a read: one for each alternative of its index and range.
    pub(crate) fn paths(&self, effect: &ReadEffect) -> Vec<AccessPath> {
        let mut base = self.base(effect);
        match &effect.form {
            ReadForm::Fluent { reader, argument } => {
                base.surface = if reader.is_facade { Surface::Facade } else { Surface::Fluent };
                base.limit = self.fluent_limit(&effect.method, argument.as_ref());
                self.fluent(base, reader)
            }
            ReadForm::Object { arguments, is_flat, is_orm } => {
                base.surface = match (is_flat, is_orm) {
                    (true, _) => Surface::Flat,
                    (_, true) => Surface::Orm,
                    _ => Surface::Facade,
                };
                self.object(&mut base, &effect.method, arguments);
                vec![base]
            }
            ReadForm::ById { is_facade, .. } => {
                base.limit = Limit::Constant(1.0);
                base.surface = if *is_facade { Surface::Facade } else { Surface::Flat };
                vec![base]
            }
            ReadForm::Rank { index, arguments } => {
                base.surface = Surface::Facade;
                base.limit = Limit::Page;
                base.index = Some(IndexUse {
                    kind: IndexKind::Rank,
                    name: index.as_str().map(|name| (name.text.clone(), name.place)),
                    place: effect.key.place(),
                    range: Range::Indeterminate,
                });
                if base.index.as_ref().is_some_and(|index| index.name.is_none()) {
                    base.unknown.push(Indeterminacy::IndexName);
                }
                if let Value::Object(arguments) = arguments {
                    base.selection = selection(arguments.value("where"), &mut base.relations);
                }
                vec![base]
            }
            ReadForm::Related => {
                base.limit = Limit::Page;
                base.surface = Surface::Flat;
                vec![base]
            }
        }
    }

    /// The read from its receiver to the end of its chain.
    pub(crate) fn read_place(&self, effect: &ReadEffect) -> Place {
        let file = effect.key.file;
        let spans: &SpanTable = &self.sources.files[file.index()].facts.spans;
        let key = spans.expr(effect.key.expr);
        let mut end = effect.key.expr;
        if effect.terminal.file == file {
            let terminal = spans.expr(effect.terminal.expr);
            if terminal.start <= key.start && terminal.end >= key.end {
                end = effect.terminal.expr;
            }
        }
        Place { file, part: Part::Chain { from: effect.receiver, to: end } }
    }

    fn base(&self, effect: &ReadEffect) -> AccessPath {
        let mut unknown = Vec::new();
        if !effect.tables.complete {
            unknown.push(Indeterminacy::Table);
        }
        let all_known = effect.tables.names.iter().all(|name| self.schema.table(&name.text).is_some());
        if !effect.database.certain && (!all_known || effect.tables.names.is_empty()) {
            unknown.push(Indeterminacy::Database);
        }
        AccessPath {
            tables: table_names(&effect.tables),
            is_table_known: effect.tables.complete,
            surface: Surface::Fluent,
            method: effect.method.clone(),
            index: None,
            selection: Selection::default(),
            filters: Vec::new(),
            order_by: Vec::new(),
            direction: None,
            is_ordered: false,
            limit: Limit::None,
            other_fields: Vec::new(),
            relations: Vec::new(),
            names_table: !matches!(effect.form, ReadForm::ById { names_table: false, .. }),
            include_deleted: None,
            loops: Vec::new(),
            reached_from: Vec::new(),
            unknown,
        }
    }

    fn fluent(&self, mut base: AccessPath, reader: &ReaderValue) -> Vec<AccessPath> {
        let mut indexes: Vec<Option<IndexUse>> = vec![None];
        for step in &reader.steps {
            match step {
                Step::Index { kind, name, range, call, callee } => {
                    let place = call.method_call(*callee);
                    indexes = self.index_uses(*kind, name, range, place);
                }
                Step::Filter { test, call, callee } => {
                    let subject = Subject { key: reader.key, later_loops: &[], schema: self.schema };
                    let place = call.method_call(*callee);
                    compact::push(&mut base.filters, predicates::filter(test, "filter", place, &subject));
                }
                Step::Order { direction, .. } => {
                    base.is_ordered = true;
                    base.direction = direction.as_str().and_then(|direction| match &*direction.text {
                        "asc" => Some(Direction::Ascending),
                        "desc" => Some(Direction::Descending),
                        _ => None,
                    });
                }
                Step::Other => base.unknown.push(Indeterminacy::Arguments),
            }
        }
        indexes
            .into_iter()
            .map(|index| {
                let mut path = base.clone();
                if let Some(index) = &index {
                    if index.name.is_none() {
                        path.unknown.push(Indeterminacy::IndexName);
                    }
                    if matches!(index.range, Range::Indeterminate) {
                        path.unknown.push(Indeterminacy::Range);
                    }
                }
                path.index = index;
                path
            })
            .collect()
    }

    fn index_uses(
        &self,
        kind: IndexStep,
        name: &Value,
        range: &Value,
        place: Place,
    ) -> Vec<Option<IndexUse>> {
        let kind = match kind {
            IndexStep::Index => IndexKind::Secondary,
            IndexStep::Search => IndexKind::Search,
            IndexStep::Geo => IndexKind::Geo,
        };
        let mut uses = Vec::new();
        for name in name.alternatives() {
            for range in range.alternatives() {
                uses.push(Some(IndexUse {
                    kind,
                    name: name.as_str().map(|name| (name.text.clone(), name.place)),
                    place,
                    range: range_of(range),
                }));
            }
        }
        uses
    }

    fn object(&self, path: &mut AccessPath, method: &str, arguments: &Value) {
        let mut joined = ObjectValue::default();
        match arguments {
            Value::Undefined => {}
            Value::Object(object) => joined = (**object).clone(),
            Value::OneOf(values) if values.iter().all(|value| value.as_object().is_some()) => {
                crate::evaluate::spread_into(&mut joined, arguments);
            }
            _ => path.unknown.push(Indeterminacy::Arguments),
        }
        path.selection = selection(joined.value("where"), &mut path.relations);
        if joined.open && joined.get("where").is_none() {
            path.selection.is_open = true;
        }
        if let Some(order) = joined.value("orderBy") {
            path.order_by = ordered_fields(order);
            path.is_ordered = !path.order_by.is_empty();
        }
        for name in ["select", "by", "field"] {
            if let Some(value) = joined.value(name) {
                path.other_fields.extend(named_fields(value));
            }
        }
        if let Some(Value::Object(relations)) = joined.value("with") {
            loaded_relations(relations, "", &mut path.relations);
        }
        path.include_deleted =
            joined.get("includeDeleted").map(|prop| (decided(&prop.value), prop_field(prop).place));
        path.limit = match method {
            "findMany" => match joined.get("limit") {
                Some(prop) if prop.certain => self.limit(&prop.value),
                Some(_) => Limit::Unknown,
                None if joined.open || !path.unknown.is_empty() => Limit::Unknown,
                None => Limit::None,
            },
            "findFirst" | "findFirstOrThrow" | "findUnique" | "exists" => Limit::Constant(1.0),
            _ => Limit::None,
        };
    }

    fn fluent_limit(&self, method: &str, argument: Option<&Value>) -> Limit {
        match method {
            "first" | "unique" => Limit::Constant(1.0),
            "paginate" => Limit::Page,
            "take" => argument.map_or(Limit::Unknown, |argument| self.limit(argument)),
            _ => Limit::None,
        }
    }

    fn limit(&self, value: &Value) -> Limit {
        if let Some(maximum) = self.interpreter.maximum_of_value(value) {
            return Limit::Constant(maximum);
        }
        let from_arguments = value.alternatives().iter().any(|value| match value {
            Value::Data(data) => match &**data {
                Data::Argument { .. } => true,
                Data::Computed { dependence, .. } => dependence.origins.contains(Origins::ARGUMENT),
                _ => false,
            },
            _ => false,
        });
        match value {
            Value::Undefined => Limit::None,
            _ if from_arguments => Limit::Unbounded,
            _ => Limit::Unknown,
        }
    }
}

/// The tables as names of the model.
pub(crate) fn table_names(tables: &Tables) -> Vec<TableName> {
    tables.names.iter().map(|name| TableName { name: name.text.clone(), place: name.place }).collect()
}

fn range_of(range: &Value) -> Range {
    match range {
        Value::Undefined => Range::Absent,
        Value::Range(range) if !range.has_other => match bounds(range) {
            Some(bounds) => Range::Known(bounds),
            None => Range::Indeterminate,
        },
        _ => Range::Indeterminate,
    }
}

fn bounds(range: &RangeValue) -> Option<Vec<Bound>> {
    range
        .bounds
        .iter()
        .filter(|bound| !matches!(&*bound.method, "search" | "near" | "within"))
        .map(|bound| {
            let operator = match &*bound.method {
                "eq" => Operator::Equal,
                "gt" => Operator::Greater,
                "gte" => Operator::GreaterOrEqual,
                "lt" => Operator::Less,
                "lte" => Operator::LessOrEqual,
                _ => return None,
            };
            let column = bound.field.as_str()?;
            Some(Bound {
                column: Some(FieldUse { name: column.text.clone(), place: column.place }),
                operator,
                operand: operand(&bound.value),
                place: Site { file: bound.call.file, expr: bound.call.expr }.method_call(bound.callee),
            })
        })
        .collect()
}

/// The columns of an `orderBy`: `[{ a: "asc" }, …]` or one object.
fn ordered_fields(value: &Value) -> Vec<FieldUse> {
    let items = match value {
        Value::Array(array) => array.items.as_slice(),
        value => std::slice::from_ref(value),
    };
    items
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|object| object.props.iter().map(prop_field).collect::<Vec<_>>())
        .collect()
}

/// The relations that a `with` loads, nested ones as dotted paths.
fn loaded_relations(with: &ObjectValue, prefix: &str, found: &mut Vec<FieldUse>) {
    for prop in &with.props {
        let inner = |name: &str| prop.value.as_object().and_then(|options| options.value(name)).cloned();
        if &*prop.name == "_count" {
            if let Value::Object(counted) = &prop.value {
                loaded_relations(counted, prefix, found);
            }
            continue;
        }
        let mut relation = prop_field(prop);
        relation.name = eco_format!("{prefix}{}", relation.name);
        if let Some(Value::Object(nested)) = inner("with") {
            loaded_relations(&nested, &format!("{}.", relation.name), found);
        }
        found.push(relation);
    }
}

/// A value as an operand, where what is computed of arguments alone counts as one.
fn decided(value: &Value) -> Operand {
    let operand = operand(value);
    let is_of_caller = operand.origin == Origin::Mixed && Dependence::on(value).origins == Origins::ARGUMENT;
    if is_of_caller { Operand { origin: Origin::Argument(Vec::new()), ..operand } } else { operand }
}

/// Columns that are given as strings.
pub(crate) fn named_fields(value: &Value) -> Vec<FieldUse> {
    let items = match value {
        Value::Array(array) => array.items.as_slice(),
        value => std::slice::from_ref(value),
    };
    items
        .iter()
        .filter_map(Value::as_str)
        .map(|name| FieldUse { name: name.text.clone(), place: name.place })
        .collect()
}

fn prop_field(prop: &ObjectProp) -> FieldUse {
    FieldUse { name: prop.name.clone(), place: prop.at.map(PropSite::key) }
}
