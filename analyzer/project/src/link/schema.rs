//! From the value of `defineSchema(…)` to the schema of the model.

use std::rc::Rc;

use ecow::EcoString;

use super::indexes::{named, option_fields, secondary_index, special_index, vector_index};
use crate::evaluate::Interpreter;
use crate::evaluate::declaration::{ChainCall, ExtensionValue, SchemaValue, TableValue, ValidatorValue};
use crate::evaluate::value::{ObjectProp, PropSite, Value};
use crate::place::{Place, Site};
use crate::schema::{
    Column, Index, IndexField, IndexKind, IndexRole, Modifier, ModifierOption, OptionValue, Relation, Schema,
    Table, Tier,
};

/// Tables that packages bring by extensions whose code is not part of the project: name of the import, tables.
const PACKAGE_EXTENSIONS: &[(&str, &[&str])] = &[
    ("ratelimit", &["ratelimit_buckets"]),
    (
        "payment",
        &[
            "payment_customers",
            "payment_events",
            "payment_sessions",
            "payment_subscriptions",
            "payment_usageEvents",
        ],
    ),
];

/// A schema with the trigger callbacks that its tables declare.
#[derive(Default)]
pub(crate) struct LinkedSchema {
    pub(crate) schema: Schema,
    /// Table, event (`afterInsert`, …) and handler.
    pub(crate) triggers: Vec<TriggerHandler>,
}

/// A handler of a table's trigger.
pub(crate) struct TriggerHandler {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) handler: Value,
}

/// Reads a schema.
pub(crate) fn link_schema(
    interpreter: &mut Interpreter<'_>,
    value: Option<&Rc<SchemaValue>>,
) -> LinkedSchema {
    let Some(value) = value else {
        return LinkedSchema::default();
    };
    let mut linker = SchemaLinker { interpreter, linked: LinkedSchema::default() };
    linker.linked.schema.is_readable = true;
    linker.linked.schema.is_complete = true;
    linker.linked.schema.place = Some(value.site.place());
    linker.tables(value.arguments.first().unwrap_or(&Value::Undefined), None, value.site);
    for call in &value.calls {
        if &*call.name == "extend" {
            for extension in &call.arguments {
                linker.extension(extension, call);
            }
        }
    }
    linker.standalone_indexes(value);
    linker.linked.schema.index_names();
    linker.linked
}

struct SchemaLinker<'a, 'tree> {
    interpreter: &'a mut Interpreter<'tree>,
    linked: LinkedSchema,
}

impl SchemaLinker<'_, '_> {
    fn tables(&mut self, tables: &Value, extension: Option<&str>, site: Site) {
        let Value::Object(object) = tables else {
            self.linked.schema.is_complete = false;
            return;
        };
        if object.open {
            self.linked.schema.is_complete = false;
        }
        // All names first: a relation may lead to a table that comes after it.
        if extension.is_some() {
            let names = object.props.iter().map(|prop| prop.name.to_string());
            self.linked.schema.extension_names.extend(names);
        }
        for prop in &object.props {
            let place = prop_key_place(prop).unwrap_or_else(|| site.place());
            let name = match extension {
                Some(key) => format!("{key}_{}", prop.name),
                None => prop.name.to_string(),
            };
            let table = match &prop.value {
                Value::Table(table) => self.table(&name, place, table, extension),
                Value::OneOf(alternatives) => {
                    let table = alternatives.iter().find_map(|value| match value {
                        Value::Table(table) => Some(Rc::clone(table)),
                        _ => None,
                    });
                    match table {
                        Some(table) => {
                            let mut table = self.table(&name, place, &table, extension);
                            table.has_all_indexes = false;
                            table.has_all_columns = false;
                            table
                        }
                        None => opaque_table(&name, place, extension),
                    }
                }
                _ => opaque_table(&name, place, extension),
            };
            self.linked.schema.tables.push(table);
        }
    }

    fn extension(&mut self, extension: &Value, call: &ChainCall) {
        match extension {
            Value::Extension(extension) => {
                let extension = Rc::clone(extension);
                self.readable_extension(&extension, call);
            }
            Value::Object(object) => match object.value("extension").or_else(|| object.value("tables")) {
                Some(inner @ Value::Extension(_)) => self.extension(&inner.clone(), call),
                Some(tables @ Value::Object(_)) => self.tables(&tables.clone(), None, call.site),
                _ => self.linked.schema.is_complete = false,
            },
            Value::Lunora(name) => self.package_extension(name, call),
            _ => self.linked.schema.is_complete = false,
        }
    }

    fn readable_extension(&mut self, extension: &Rc<ExtensionValue>, call: &ChainCall) {
        let tables = match &extension.definition {
            Value::Object(definition) => definition.value("tables").cloned().unwrap_or(Value::Undefined),
            _ => Value::OPAQUE,
        };
        match (&extension.key, &tables) {
            (Value::String(key), Value::Object(_)) => {
                self.tables(&tables, Some(&key.text), call.site);
            }
            (_, Value::Undefined) => {}
            _ => self.linked.schema.is_complete = false,
        }
    }

    /// An extension of one of Lunora's own packages: its tables are known by name only.
    fn package_extension(&mut self, name: &str, call: &ChainCall) {
        let known = PACKAGE_EXTENSIONS.iter().find(|(key, _)| name.starts_with(key));
        for table in known.map(|(_, tables)| *tables).unwrap_or_default() {
            let mut table = opaque_table(table, call.site.place(), Some(name));
            table.has_all_columns = false;
            self.linked.schema.tables.push(table);
        }
        // A package may bring more tables in another version.
        self.linked.schema.is_complete = false;
    }

    fn table(&mut self, name: &str, place: Place, value: &Rc<TableValue>, extension: Option<&str>) -> Table {
        let mut table = Table {
            name: name.to_owned(),
            place,
            tier: Tier::Root,
            columns: Vec::new(),
            has_all_columns: true,
            indexes: Vec::new(),
            has_all_indexes: true,
            relations: Vec::new(),
            has_all_relations: true,
            modifiers: Vec::new(),
            extension: extension.map(str::to_owned),
            is_opaque: false,
        };
        self.columns(&mut table, &value.shape, value.site, extension);
        for call in &value.calls {
            self.modifier(&mut table, call, extension);
        }
        table
    }

    fn columns(&self, table: &mut Table, shape: &Value, site: Site, extension: Option<&str>) {
        let Value::Object(shape) = shape else {
            table.has_all_columns = false;
            return;
        };
        table.has_all_columns = !shape.open;
        for prop in &shape.props {
            let place = prop_place(prop).unwrap_or_else(|| site.place());
            let column = column(prop, place, extension);
            if column.is_unique {
                table.indexes.push(Index {
                    name: None,
                    name_place: None,
                    kind: IndexKind::UniqueColumn,
                    fields: vec![IndexField { name: column.name.clone(), place: None, role: IndexRole::Key }],
                    has_all_fields: true,
                    is_unique: true,
                    place,
                });
            }
            table.columns.push(column);
        }
    }

    fn modifier(&mut self, table: &mut Table, call: &ChainCall, extension: Option<&str>) {
        let place = call.site.method_call(call.callee);
        match &*call.name {
            "index" => {
                let index = secondary_index(call, place);
                table.indexes.push(index);
            }
            "searchIndex" | "geoIndex" | "rankIndex" | "aggregateIndex" => {
                table.indexes.push(special_index(call, place));
            }
            "vectorize" => table.indexes.push(vector_index(call, place)),
            "relations" => self.relations(table, call, extension),
            "triggers" => self.triggers(table, call),
            _ => {
                let field = call.argument(0).and_then(Value::as_str).map(named);
                match &*call.name {
                    "shardBy" => {
                        table.tier = Tier::Sharded(field.as_ref().map(|(name, _)| name.clone()));
                    }
                    "global" => table.tier = Tier::Global,
                    "softDelete" => implicit_column(table, soft_delete_column(call), place),
                    "commitOrdered" => implicit_column(table, "_commitSeq".to_owned(), place),
                    _ => {}
                }
                let (options, has_all_options) = modifier_options(call);
                table.modifiers.push(Modifier {
                    name: call.name.to_string(),
                    place,
                    field,
                    options,
                    has_all_options,
                });
            }
        }
    }

    fn relations(&mut self, table: &mut Table, call: &ChainCall, extension: Option<&str>) {
        let Some(callback) = call.argument(0) else {
            return;
        };
        let builder = Value::Lunora(EcoString::from("relations"));
        let Value::Object(relations) = self.interpreter.call_value(callback, vec![builder], None) else {
            table.has_all_relations = false;
            return;
        };
        table.has_all_relations = !relations.open;
        for prop in &relations.props {
            let (Value::Relation(value), Some(place)) = (&prop.value, prop_place(prop)) else {
                table.has_all_relations = false;
                continue;
            };
            let options = value.options.as_object();
            let option = |name: &str| {
                options.and_then(|options| options.value(name)).and_then(Value::as_str).map(named)
            };
            let target = value.target.as_str().map(|target| {
                let (name, at) = named(target);
                (self.renamed(name, extension), at)
            });
            let default_reference = || {
                options
                    .filter(|options| options.get("references").is_none() && !options.open)
                    .map(|_| ("_id".to_owned(), None))
            };
            table.relations.push(Relation {
                name: prop.name.to_string(),
                place,
                is_many: value.is_many,
                target,
                field: option("field"),
                references: option("references").or_else(default_reference),
                on_delete: option("onDelete").map(|(name, _)| name),
            });
        }
    }

    fn triggers(&mut self, table: &Table, call: &ChainCall) {
        let Some(callback) = call.argument(0) else {
            return;
        };
        let builder = Value::Lunora(EcoString::from("triggers"));
        let value = self.interpreter.call_value(callback, vec![builder], None);
        if let Value::Object(triggers) = value {
            for prop in &triggers.props {
                if let Value::Declaration(trigger) = &prop.value {
                    self.linked.triggers.push(TriggerHandler {
                        table: table.name.clone(),
                        name: prop.name.to_string(),
                        place: trigger.site.place(),
                        handler: trigger.arguments.first().cloned().unwrap_or(Value::OPAQUE),
                    });
                }
            }
        }
    }

    /// A name of a table as it is after the extension's key was put in front.
    fn renamed(&self, name: String, extension: Option<&str>) -> String {
        match extension {
            Some(key) if self.linked.schema.extension_names.contains(&name) => {
                format!("{key}_{name}")
            }
            _ => name,
        }
    }

    /// `defineAggregateIndex(name, { on })` and its kin, given to `defineSchema` beside the tables.
    fn standalone_indexes(&mut self, value: &Rc<SchemaValue>) {
        for argument in value.arguments.iter().skip(1) {
            let items: Vec<Value> = match argument {
                Value::Array(array) => array.items.clone(),
                Value::Object(object) => object.props.iter().map(|prop| prop.value.clone()).collect(),
                _ => continue,
            };
            for item in items {
                self.standalone_index(&item);
            }
        }
    }

    fn standalone_index(&mut self, item: &Value) {
        let Value::Declaration(declaration) = item else {
            return;
        };
        let kind = match &*declaration.factory {
            "defineAggregateIndex" => IndexKind::Aggregate,
            "defineRankIndex" => IndexKind::Rank,
            "defineVectorIndex" => IndexKind::Vector,
            _ => return,
        };
        let name = declaration.arguments.first().and_then(Value::as_str);
        let Some(options) = declaration.arguments.iter().find_map(Value::as_object) else {
            return;
        };
        let table = options.value("on").or_else(|| options.value("table")).and_then(Value::as_str);
        let Some(table) = table else { return };
        let (fields, has_all_fields) = option_fields(options, kind);
        let index = Index {
            name: name.map(|name| name.text.to_string()),
            name_place: name.and_then(|name| name.place),
            kind,
            fields,
            has_all_fields,
            is_unique: false,
            place: declaration.site.place(),
        };
        let tables = &mut self.linked.schema.tables;
        if let Some(table) = tables.iter_mut().find(|known| known.name == *table.text) {
            table.indexes.push(index);
        }
    }
}

fn opaque_table(name: &str, place: Place, extension: Option<&str>) -> Table {
    Table {
        name: name.to_owned(),
        place,
        tier: Tier::Root,
        columns: Vec::new(),
        has_all_columns: false,
        indexes: Vec::new(),
        has_all_indexes: false,
        relations: Vec::new(),
        has_all_relations: false,
        modifiers: Vec::new(),
        extension: extension.map(str::to_owned),
        is_opaque: true,
    }
}

fn column(prop: &ObjectProp, place: Place, extension: Option<&str>) -> Column {
    let mut column = Column {
        name: prop.name.to_string(),
        place,
        kind: None,
        alternatives: Vec::new(),
        is_optional: !prop.certain,
        is_nullable: false,
        is_unique: false,
        references: None,
        is_implicit: false,
    };
    let validator = prop.value.alternatives().iter().find_map(|value| match value {
        Value::Validator(validator) => Some(validator),
        _ => None,
    });
    if let (Some(validator), 1) = (validator, prop.value.alternatives().len()) {
        column.kind = Some(validator.kind.to_string()).filter(|kind| kind != "unknown");
        column.is_optional |= validator.is_optional;
        column.is_nullable = validator.is_nullable;
        column.is_unique = validator.is_unique;
        // Names inside of an extension are those before renaming: they are read with the schema's relations.
        column.alternatives = alternatives(validator);
        column.references = referenced(validator).filter(|_| extension.is_none());
    }
    column
}

/// The options object of a modifier: its first or second argument.
fn modifier_options(call: &ChainCall) -> (Vec<ModifierOption>, bool) {
    let mut options = Vec::new();
    let mut complete = true;
    for argument in &call.arguments {
        match argument {
            Value::Object(object) => {
                complete &= !object.open;
                options.extend(object.props.iter().map(|prop| ModifierOption {
                    name: prop.name.to_string(),
                    place: prop_place(prop),
                    value: if prop.certain { option_value(&prop.value) } else { OptionValue::Unknown },
                }));
            }
            Value::String(_) | Value::Undefined => {}
            _ => complete = false,
        }
    }
    (options, complete)
}

fn option_value(value: &Value) -> OptionValue {
    match value {
        Value::Undefined | Value::Null => OptionValue::Absent,
        Value::Bool(value) => OptionValue::Bool(*value),
        Value::Number(value) => OptionValue::Number(*value),
        Value::String(text) => OptionValue::Text(text.text.to_string()),
        Value::Closure(_) => OptionValue::Function,
        _ => OptionValue::Unknown,
    }
}

/// The kinds of a union's parts; none if one of them can't be told.
fn alternatives(validator: &ValidatorValue) -> Vec<String> {
    let kinds = validator.parts.iter().map(|part| match part {
        Value::Validator(part) => Some(part.kind.to_string()),
        _ => None,
    });
    if &*validator.kind == "union" { kinds.collect::<Option<_>>().unwrap_or_default() } else { Vec::new() }
}

fn referenced(validator: &ValidatorValue) -> Option<(String, Option<Place>)> {
    if &*validator.kind == "id" { validator.table.as_ref().map(named) } else { None }
}

fn soft_delete_column(call: &ChainCall) -> String {
    call.argument(0)
        .and_then(Value::as_object)
        .and_then(|options| options.value("field"))
        .and_then(Value::as_str)
        .map_or_else(|| "deletedAt".to_owned(), |field| field.text.to_string())
}

fn implicit_column(table: &mut Table, name: String, place: Place) {
    if table.column(&name).is_none() {
        table.columns.push(Column {
            name,
            place,
            kind: Some("number".to_owned()),
            alternatives: Vec::new(),
            is_optional: true,
            is_nullable: true,
            is_unique: false,
            references: None,
            is_implicit: true,
        });
    }
}

fn prop_place(prop: &ObjectProp) -> Option<Place> {
    prop.at.map(PropSite::whole)
}

fn prop_key_place(prop: &ObjectProp) -> Option<Place> {
    prop.at.map(PropSite::key)
}
