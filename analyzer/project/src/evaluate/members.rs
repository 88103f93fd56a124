//! Member access on every kind of value.

use std::rc::Rc;

use ecow::EcoString;

use super::declaration::ValidatorValue;
use super::effect::{EffectKind, LoopOver};
use super::expressions::global;
use super::interpreter::{Interpreter, lunora_export};
use super::origin::{Data, Dependence, Origins};
use super::read::Tables;
use super::value::{
    ContextKind, ContextValue, DatabaseValue, FacadeValue, OrmValue, ReferenceValue, RowValue, StringValue,
    Unknown, Value,
};
use crate::place::{Place, Site};

impl Interpreter<'_> {
    /// `value.name`; `site` is the member expression, if there is one.
    pub(super) fn member(&mut self, value: &Value, name: &str, site: Option<Site>) -> Value {
        match value {
            Value::Unknown(unknown) => self.member_of_unknown(*unknown, name),
            Value::Object(object) => match object.get(name) {
                Some(prop) if prop.is_getter => {
                    let getter = prop.value.clone();
                    self.call_value(&getter, Vec::new(), Some(value.clone()))
                }
                Some(prop) if prop.certain => prop.value.clone(),
                Some(prop) => Value::join(prop.value.clone(), Value::Undefined),
                None if object.base.is_some() => match &object.base {
                    Some(base) => self.member(&base.clone(), name, site),
                    None => Value::Undefined,
                },
                None => self.class_member(value, name).unwrap_or(if object.open {
                    self.member_of_unknown(Unknown::Opaque, name)
                } else {
                    Value::Undefined
                }),
            },
            Value::Array(array) => match name {
                "length" if !array.open => number(array.items.len()),
                "length" => Dependence::on(value).computed(),
                _ => Value::method(value.clone(), name),
            },
            Value::Module(file) => self.export(*file, name).unwrap_or(Value::OPAQUE),
            Value::LunoraModule => lunora_export(name),
            Value::Reference(reference) => {
                let mut path = reference.path.clone();
                path.push(EcoString::from(name));
                Value::Reference(Rc::new(ReferenceValue {
                    is_internal: reference.is_internal,
                    path,
                    site: site.or(reference.site),
                }))
            }
            Value::Context(context) => self.context_member(context, name),
            Value::Database(database) => database_member(*database, name, site),
            // `ctx.db.count.findMany`: a table that is called like a method.
            Value::Method(method) => match &method.0 {
                Value::Database(database) => facade(*database, &method.1, site),
                _ => Value::OPAQUE,
            },
            Value::Orm(orm) => match &**orm {
                OrmValue::Root if name == "query" => Value::Orm(Rc::new(OrmValue::Query)),
                OrmValue::Query => orm_facade(name, site),
                _ => Value::method(value.clone(), name),
            },
            Value::Map(_) if name == "size" => Dependence::on(value).computed(),
            Value::Page(rows) => match name {
                "page" => Value::Rows(Rc::clone(rows)),
                _ => Dependence::on(value).computed(),
            },
            Value::Rows(_) => match name {
                "length" => Dependence::on(value).computed(),
                "page" => value.clone(),
                _ => Value::method(value.clone(), name),
            },
            Value::Row(row) => Value::data(Data::Column {
                key: row.key,
                tables: row.tables.clone(),
                path: vec![EcoString::from(name)],
                loop_token: row.loop_token,
            }),
            Value::Data(data) => self.data_member(data, value, name),
            Value::OneOf(values) => {
                let values = Rc::clone(values);
                let members: Vec<Value> = values
                    .iter()
                    .filter(|value| !value.is_nullish())
                    .map(|value| self.member(value, name, site))
                    .collect();
                Value::join_all(members)
            }
            Value::Registration(_) | Value::Declaration(_) => self.declaration_member(value, name),
            Value::Class(class) => self.static_member(class, name),
            Value::Service(service) => Value::Service(EcoString::from(format!("{service}.{name}"))),
            Value::Builtin(root) if is_global_object(root) => global(name),
            Value::Next(added) if name == "ctx" => (**added).clone(),
            Value::Undefined | Value::Null => Value::Undefined,
            _ => Value::method(value.clone(), name),
        }
    }

    /// `value[index]`.
    pub(super) fn index(&mut self, value: &Value, index: &Value, site: Site) -> Value {
        match (value, index) {
            (_, Value::String(name)) if !matches!(value, Value::Database(_)) => {
                self.member(value, &name.text, Some(site))
            }
            (Value::Database(database), _) => computed_facade(*database, index, site, false),
            (Value::Orm(orm), _) if matches!(**orm, OrmValue::Query) => {
                computed_facade(DatabaseValue { certain: true, is_system: false }, index, site, true)
            }
            (Value::Array(_), Value::Number(position)) if *position >= 0.0 => {
                // A position is a small whole number.
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
                self.item(value, *position as usize)
            }
            (Value::Object(_), Value::OneOf(keys))
                if keys.iter().all(|key| matches!(key, Value::String(_))) =>
            {
                let members: Vec<Value> = keys
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|key| self.member(value, &key.text, Some(site)))
                    .collect();
                Value::join_all(members)
            }
            (Value::Object(object), _) => {
                let mut values: Vec<Value> = object.props.iter().map(|prop| prop.value.clone()).collect();
                if object.open || values.is_empty() {
                    values.push(Value::OPAQUE);
                }
                Value::join_all(values)
            }
            (Value::OneOf(values), _) => {
                let values = Rc::clone(values);
                let members: Vec<Value> = values
                    .iter()
                    .filter(|value| !value.is_nullish())
                    .map(|value| self.index(value, index, site))
                    .collect();
                Value::join_all(members)
            }
            (Value::Reference(_), _) => Value::OPAQUE,
            (value, _) => self.element_without_loop(value),
        }
    }

    /// The element of a collection, the loop that goes over it, and what that loop goes over.
    pub(super) fn element_of(&mut self, collection: &Value) -> (u32, Value, LoopOver) {
        let token = self.new_token();
        let (element, over) = self.element_with(collection, Some(token));
        (token, element, over)
    }

    /// An element of a collection that is not looped over: `rows[0]`.
    pub(super) fn element_without_loop(&mut self, collection: &Value) -> Value {
        self.element_with(collection, None).0
    }

    fn element_with(&mut self, collection: &Value, token: Option<u32>) -> (Value, LoopOver) {
        match collection {
            Value::Array(array) => {
                let over = if array.open {
                    loop_over(&Dependence::on(collection))
                } else {
                    LoopOver::Constant(array.items.len())
                };
                (with_token(Value::join_all(array.items.iter().cloned()), token), over)
            }
            Value::Map(map) => self.element_with(&map.pairs(), token),
            Value::Rows(rows) | Value::Page(rows) => (
                Value::Row(Rc::new(RowValue {
                    key: rows.key,
                    tables: rows.tables.clone(),
                    loop_token: token,
                })),
                LoopOver::Rows(rows.key),
            ),
            Value::Data(data) => match &**data {
                Data::Argument { path, validator, loop_token } => {
                    let mut path = path.clone();
                    path.push(EcoString::from("*"));
                    let maximum = validator.as_deref().and_then(most_elements);
                    let validator = validator.as_ref().and_then(|validator| match validator.parts.first() {
                        Some(Value::Validator(element)) if &*validator.kind == "array" => {
                            Some(Rc::clone(element))
                        }
                        _ => None,
                    });
                    let element = Data::Argument { path, validator, loop_token: token.or(*loop_token) };
                    (Value::data(element), LoopOver::Argument { maximum })
                }
                _ => {
                    let mut dependence = Dependence::on(collection);
                    let over = loop_over(&dependence);
                    dependence
                        .merge(&Dependence { loops: token.into_iter().collect(), ..Dependence::default() });
                    (dependence.computed(), over)
                }
            },
            Value::OneOf(values) => {
                let values = Rc::clone(values);
                let mut elements = Vec::new();
                let mut over = LoopOver::Constant(0);
                for value in values.iter().filter(|value| !value.is_nullish()) {
                    let (element, inner) = self.element_with(value, token);
                    elements.push(element);
                    if !matches!(over, LoopOver::Rows(_)) && inner != LoopOver::Constant(0) {
                        over = inner;
                    }
                }
                (Value::join_all(elements), over)
            }
            Value::Unknown(unknown) => (Value::Unknown(*unknown), LoopOver::Unknown),
            _ => (Value::OPAQUE, LoopOver::Unknown),
        }
    }

    fn member_of_unknown(&mut self, unknown: Unknown, name: &str) -> Value {
        match (unknown, name) {
            (Unknown::Opaque, "db") => Value::Database(DatabaseValue { certain: false, is_system: false }),
            (Unknown::Opaque, "ctx") => super::types::context(ContextKind::Any),
            (unknown, _) => Value::Unknown(unknown),
        }
    }

    fn context_member(&mut self, context: &Rc<ContextValue>, name: &str) -> Value {
        if let Some(prop) = context.additions.get(name) {
            return prop.value.clone();
        }
        match name {
            "db" if context.kind == ContextKind::Http => Value::Undefined,
            "db" => Value::Database(DatabaseValue { certain: true, is_system: false }),
            "orm" => Value::Orm(Rc::new(OrmValue::Root)),
            "auth" => {
                self.emit(EffectKind::Identity);
                Value::data(Data::Identity { path: Vec::new() })
            }
            "ctx" => Value::Context(Rc::clone(context)),
            "scheduler" | "storage" | "workflows" | "queues" | "topics" | "agents" | "vectors" | "log"
            | "metrics" | "secrets" | "services" | "kv" | "mail" | "notify" | "cache" | "step" => {
                Value::Service(EcoString::from(name))
            }
            "env" | "meta" | "flags" => Dependence::of(Origins::ENVIRONMENT).computed(),
            "now" | "ip" => Dependence::of(Origins::CLOCK).computed(),
            "runQuery" | "runMutation" | "runAction" | "fetch" => {
                Value::method(Value::Context(Rc::clone(context)), name)
            }
            _ if context.additions.open => Value::OPAQUE,
            // Custom builders whose middleware could not be followed add what they like.
            _ => Value::OPAQUE,
        }
    }

    fn data_member(&mut self, data: &Rc<Data>, value: &Value, name: &str) -> Value {
        match &**data {
            Data::Argument { path, validator, loop_token } => {
                if !path.is_empty() && is_plain_method(name) && !has_part(validator.as_deref(), name) {
                    return match name {
                        "length" => {
                            let validator = validator.as_deref().filter(|own| &*own.kind == "array");
                            let maximum = validator.and_then(|validator| validator.maximum);
                            Value::data(Data::Computed { dependence: Dependence::on(value), maximum })
                        }
                        _ => Value::method(value.clone(), name),
                    };
                }
                let mut path = path.clone();
                path.push(EcoString::from(name));
                let validator = validator.as_ref().and_then(|validator| part(validator, name));
                Value::data(Data::Argument { path, validator, loop_token: *loop_token })
            }
            Data::Identity { path } => {
                let mut path = path.clone();
                path.push(EcoString::from(name));
                Value::data(Data::Identity { path })
            }
            Data::Column { key, tables, path, loop_token } => {
                if is_plain_method(name) {
                    return match name {
                        "length" => Dependence::on(value).computed(),
                        _ => Value::method(value.clone(), name),
                    };
                }
                let mut path = path.clone();
                path.push(EcoString::from(name));
                Value::data(Data::Column { key: *key, tables: tables.clone(), path, loop_token: *loop_token })
            }
            Data::NewId { .. } => Dependence::on(value).computed(),
            Data::Computed { .. } if is_plain_method(name) && name != "length" => {
                Value::method(value.clone(), name)
            }
            Data::Computed { .. } => Dependence::on(value).computed(),
        }
    }
}

/// `ctx.db.name`.
fn database_member(database: DatabaseValue, name: &str, site: Option<Site>) -> Value {
    match name {
        "system" => Value::Database(DatabaseValue { is_system: true, ..database }),
        name if super::database::is_flat_method(name) => Value::method(Value::Database(database), name),
        name => facade(database, name, site),
    }
}

fn facade(database: DatabaseValue, name: &str, site: Option<Site>) -> Value {
    let Some(site) = site else {
        return Value::OPAQUE;
    };
    Value::Facade(Rc::new(FacadeValue {
        database,
        tables: Tables::named(StringValue {
            text: EcoString::from(name),
            place: Some(Place { file: site.file, part: crate::place::Part::Member(site.expr) }),
        }),
        is_orm: false,
        site,
    }))
}

fn orm_facade(name: &str, site: Option<Site>) -> Value {
    match facade(DatabaseValue { certain: true, is_system: false }, name, site) {
        Value::Facade(facade) => Value::Facade(Rc::new(FacadeValue { is_orm: true, ..(*facade).clone() })),
        other => other,
    }
}

/// `ctx.db[table]`, `ctx.orm.query[table]`.
fn computed_facade(database: DatabaseValue, table: &Value, site: Site, is_orm: bool) -> Value {
    Value::Facade(Rc::new(FacadeValue { database, tables: Tables::of(table), is_orm, site }))
}

fn with_token(value: Value, token: Option<u32>) -> Value {
    match &value {
        Value::Row(row) if token.is_some() => {
            Value::Row(Rc::new(RowValue { loop_token: token, ..(**row).clone() }))
        }
        Value::Data(data) => match &**data {
            Data::Computed { dependence, .. } => {
                let mut dependence = dependence.clone();
                dependence.merge(&Dependence { loops: token.into_iter().collect(), ..Dependence::default() });
                dependence.computed()
            }
            Data::Column { key, tables, path, .. } => Value::data(Data::Column {
                key: *key,
                tables: tables.clone(),
                path: path.clone(),
                loop_token: token,
            }),
            _ => value,
        },
        _ => value,
    }
}

/// Methods and properties of strings, arrays and dates, which are no parts of the data.
fn is_plain_method(name: &str) -> bool {
    matches!(
        name,
        "length"
            | "map"
            | "filter"
            | "forEach"
            | "find"
            | "findIndex"
            | "findLast"
            | "some"
            | "every"
            | "reduce"
            | "flatMap"
            | "flat"
            | "slice"
            | "splice"
            | "sort"
            | "toSorted"
            | "reverse"
            | "toReversed"
            | "includes"
            | "indexOf"
            | "join"
            | "concat"
            | "at"
            | "push"
            | "pop"
            | "shift"
            | "unshift"
            | "entries"
            | "keys"
            | "values"
            | "toString"
            | "trim"
            | "toLowerCase"
            | "toUpperCase"
            | "startsWith"
            | "endsWith"
            | "split"
            | "replace"
            | "replaceAll"
            | "localeCompare"
            | "padStart"
            | "padEnd"
            | "charAt"
            | "charCodeAt"
            | "substring"
            | "match"
            | "matchAll"
            | "test"
            | "normalize"
            | "getTime"
            | "toISOString"
            | "toFixed"
            | "valueOf"
            | "has"
            | "get"
            | "set"
            | "add"
            | "then"
            | "catch"
            | "finally"
    )
}

fn has_part(validator: Option<&ValidatorValue>, name: &str) -> bool {
    validator.is_some_and(|validator| part_value(validator, name).is_some())
}

fn part(validator: &Rc<ValidatorValue>, name: &str) -> Option<Rc<ValidatorValue>> {
    match part_value(validator, name)? {
        Value::Validator(part) => Some(part),
        _ => None,
    }
}

fn part_value(validator: &ValidatorValue, name: &str) -> Option<Value> {
    match (&*validator.kind, validator.parts.first()) {
        ("object", Some(Value::Object(shape))) => shape.value(name).cloned(),
        _ => None,
    }
}

/// The object that holds all globals.
pub(super) fn is_global_object(name: &str) -> bool {
    matches!(name, "globalThis" | "self" | "window")
}

/// The most elements that an array validator lets pass.
fn most_elements(validator: &ValidatorValue) -> Option<usize> {
    let maximum = validator.maximum.filter(|maximum| *maximum >= 0.0 && &*validator.kind == "array")?;
    // Larger numbers become the largest.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
    Some(maximum as usize)
}

/// What a loop goes over whose elements are computed: what they are computed from.
fn loop_over(dependence: &Dependence) -> LoopOver {
    match dependence.reads.first() {
        Some(key) => LoopOver::Rows(*key),
        None if dependence.origins == Origins::ARGUMENT => LoopOver::Argument { maximum: None },
        None => LoopOver::Unknown,
    }
}

fn number(value: usize) -> Value {
    // Lengths of literals are far below 2^53.
    #[expect(clippy::cast_precision_loss, reason = "small")]
    Value::Number(value as f64)
}
