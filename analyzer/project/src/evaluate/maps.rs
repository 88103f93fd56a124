//! Maps that hold what code is run with: databases, contexts, functions, objects of these. A map of data is data that is computed.

use std::rc::Rc;

use lunora_facts::ExprId;

use super::calls::CallSite;
use super::frame::Frame;
use super::interpreter::Interpreter;
use super::origin::{Data, Dependence};
use super::test::Test;
use super::value::{ArrayValue, Value};

/// A `Map` with what is known of its entries.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct MapValue {
    /// Keys with their values, in the order in which they were set.
    pub(crate) entries: Vec<(Value, Value)>,
    /// Whether it may hold entries that are not listed.
    pub(crate) open: bool,
}

impl MapValue {
    /// What it holds under a key: all that the key may mean, and `undefined` if it may mean nothing.
    fn get(&self, key: &Value) -> Value {
        let mut found = Vec::new();
        for (own, value) in self.entries.iter().rev() {
            match is_same_key(own, key) {
                Some(true) => {
                    found.push(value.clone());
                    return Value::join_all(found);
                }
                Some(false) => {}
                None => found.push(value.clone()),
            }
        }
        found.push(if self.open { Dependence::default().computed() } else { Value::Undefined });
        Value::join_all(found)
    }

    fn set(&mut self, key: Value, value: Value) {
        self.entries.retain(|(own, _)| is_same_key(own, &key) != Some(true));
        self.entries.push((key, value));
    }

    fn list(&self, of_entry: impl Fn(&(Value, Value)) -> Value) -> Value {
        let items = self.entries.iter().map(of_entry).collect();
        Value::Array(Rc::new(ArrayValue { items, open: self.open }))
    }

    /// Its values, as an array.
    pub(super) fn values(&self) -> Value {
        self.list(|(_, value)| value.clone())
    }

    /// Its entries, as an array of pairs.
    pub(super) fn pairs(&self) -> Value {
        self.list(|(key, value)| {
            Value::Array(Rc::new(ArrayValue { items: vec![key.clone(), value.clone()], open: false }))
        })
    }
}

impl Interpreter<'_> {
    /// `new Map(entries)`, if any of the entries is more than data.
    pub(super) fn map_of(&self, entries: &Value) -> Option<Value> {
        let Value::Array(pairs) = entries else { return None };
        let mut map = MapValue { open: pairs.open, ..MapValue::default() };
        for pair in &pairs.items {
            match pair {
                Value::Array(pair) if !pair.open && pair.items.len() == 2 => {
                    map.set(pair.items[0].clone(), pair.items[1].clone());
                }
                _ => map.open = true,
            }
        }
        map.entries.iter().any(|(_, value)| is_more_than_data(value, 0)).then(|| Value::Map(Rc::new(map)))
    }

    /// A method of a map.
    pub(super) fn map_method(
        &mut self,
        map: &Rc<MapValue>,
        name: &str,
        arguments: &[Value],
        at: CallSite,
    ) -> Value {
        match (name, arguments.first()) {
            ("get", Some(key)) => map.get(key),
            ("set", _) => Value::Map(Rc::clone(map)),
            ("values", _) => map.values(),
            ("entries", _) => map.pairs(),
            ("forEach", Some(_)) => self.collection_method(&map.values(), name, arguments, at),
            ("has", _) => Test::Unknown(Dependence::on_all(arguments)).into_value(),
            _ => self.escape(arguments),
        }
    }

    /// `map.set(key, value)` on a variable or property that holds a map.
    pub(super) fn set_entry(
        &mut self,
        frame: &Rc<Frame>,
        object: ExprId,
        receiver: &Value,
        arguments: &[Value],
    ) {
        let [key, value] = arguments else { return };
        let mut map = match receiver {
            Value::Map(map) => (**map).clone(),
            // A map of nothing but data, up to now.
            Value::Data(data) if is_more_than_data(value, 0) => match &**data {
                Data::Computed { dependence, .. } if *dependence == Dependence::default() => {
                    MapValue { open: true, ..MapValue::default() }
                }
                _ => return,
            },
            _ => return,
        };
        map.set(key.clone(), value.clone());
        self.assign_target(frame, object, Value::Map(Rc::new(map)));
    }
}

/// Whether two keys are the same, if that can be told.
fn is_same_key(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.text == right.text),
        (Value::Number(left), Value::Number(right)) => Some(left == right),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (
            Value::String(_) | Value::Number(_) | Value::Bool(_),
            Value::String(_) | Value::Number(_) | Value::Bool(_),
        ) => Some(false),
        _ => None,
    }
}

/// Whether code can be run with a value: a database, a function, an object of such.
fn is_more_than_data(value: &Value, depth: u32) -> bool {
    /// What lies deeper in an object counts as data.
    const MAX_DEPTH: u32 = 3;
    match value {
        Value::Closure(_)
        | Value::Class(_)
        | Value::Method(_)
        | Value::Module(_)
        | Value::Builder(_)
        | Value::Context(_)
        | Value::Database(_)
        | Value::Facade(_)
        | Value::Orm(_)
        | Value::Reader(_)
        | Value::Map(_) => true,
        Value::Object(object) if depth < MAX_DEPTH => {
            object.class.is_some()
                || object.props.iter().any(|prop| is_more_than_data(&prop.value, depth + 1))
        }
        Value::Array(array) if depth < MAX_DEPTH => {
            array.items.iter().any(|item| is_more_than_data(item, depth + 1))
        }
        Value::OneOf(values) => values.iter().any(|value| is_more_than_data(value, depth)),
        _ => false,
    }
}
