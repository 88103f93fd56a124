//! Globals of the platform: `Promise`, `Object`, `Math`, the clock.

use std::rc::Rc;

use ecow::EcoString;

use super::calls::CallSite;
use super::effect::EffectKind;
use super::interpreter::Interpreter;
use super::members::is_global_object;
use super::objects::spread_into;
use super::origin::{Data, Dependence, Origins};
use super::test::Test;
use super::value::{ArrayValue, ObjectProp, ObjectValue, Value};
use crate::place::Site;

impl Interpreter<'_> {
    /// A call of a global function.
    pub(super) fn call_builtin(&mut self, name: &str, arguments: Vec<Value>, site: Site) -> Value {
        match (name, arguments.first()) {
            ("structuredClone" | "Object", Some(value)) => value.clone(),
            ("Boolean", Some(value)) => Test::of(value).into_value(),
            ("Number" | "String" | "parseInt" | "parseFloat", Some(value)) => {
                let maximum = self.maximum(value).filter(|_| name != "String");
                Value::data(Data::Computed { dependence: Dependence::on(value), maximum })
            }
            ("Date", _) => self.ambient("Date", site, Origins::CLOCK),
            ("fetch", _) => {
                self.escape(&arguments);
                self.ambient("fetch", site, Origins::CALL)
            }
            ("Promise" | "Set" | "Map" | "WeakMap" | "Array" | "Symbol" | "structuredClone", _) => {
                self.escape(&arguments)
            }
            (name, _) if is_random_source(name) => self.ambient(name, site, Origins::RANDOM),
            _ => self.escape(&arguments),
        }
    }

    /// A method of a global: `Promise.all`, `Math.min`, …
    pub(super) fn builtin_method(
        &mut self,
        builtin: &str,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        let first = arguments.first();
        match (builtin, name) {
            ("Promise", "all" | "allSettled" | "resolve") => first.cloned().unwrap_or(Value::Undefined),
            ("Promise", "race" | "any") => match first {
                Some(values) => self.element_without_loop(values),
                None => Value::OPAQUE,
            },
            ("Object", "freeze" | "seal" | "preventExtensions") => first.cloned().unwrap_or(Value::Undefined),
            ("Object", "keys") => match first {
                Some(value) => self.keys_of(value),
                None => Value::OPAQUE,
            },
            ("Object", "values" | "entries") => match first {
                Some(value) => self.values_of(value, name == "entries"),
                None => Value::OPAQUE,
            },
            ("Object", "assign") => self.merge_objects(&arguments),
            ("Object", "fromEntries") => self.object_from_entries(first),
            ("Object", "groupBy") | ("Map", "groupBy") => {
                if let (Some(values), Some(callback)) = (first, arguments.get(1)) {
                    self.collection_method(values, "forEach", std::slice::from_ref(callback), at);
                }
                Dependence::on_all(first).computed()
            }
            ("Array", "from") => match (first, arguments.get(1)) {
                (Some(values), Some(callback)) => {
                    self.collection_method(values, "from", std::slice::from_ref(callback), at)
                }
                (Some(values), None) => values.clone(),
                _ => Value::OPAQUE,
            },
            ("Array", "of") => Value::Array(Rc::new(ArrayValue { items: arguments, open: false })),
            ("Array", "isArray") => Test::Unknown(Dependence::on_all(first)).into_value(),
            ("Math", "min" | "max") => self.extremum(name == "min", &arguments),
            ("Math", "random") => self.ambient("Math.random", at.site, Origins::RANDOM),
            ("crypto", "randomUUID" | "getRandomValues") => {
                self.ambient(&format!("crypto.{name}"), at.site, Origins::RANDOM)
            }
            ("crypto", _) => Dependence::on_all(&arguments).computed(),
            (root, name) if is_global_object(root) => self.call_builtin(name, arguments, at.site),
            ("Math", _) => {
                let maximum = first.and_then(|value| self.maximum(value));
                Value::data(Data::Computed { dependence: Dependence::on_all(&arguments), maximum })
            }
            ("Date" | "performance", "now") => {
                self.ambient(&format!("{builtin}.now"), at.site, Origins::CLOCK)
            }
            ("Date", _) => Dependence::on_all(&arguments).computed(),
            ("process", _) => Dependence::of(Origins::ENVIRONMENT).computed(),
            _ => {
                self.escape(&arguments);
                Dependence::on_all(&arguments).computed()
            }
        }
    }

    /// A value from outside: the clock, a source of randomness, the network.
    pub(super) fn ambient(&mut self, callee: &str, site: Site, origins: Origins) -> Value {
        self.emit(EffectKind::Ambient { site, callee: EcoString::from(callee) });
        Dependence::of(origins).computed()
    }

    /// The largest number that a value can be, if something bounds it.
    pub(super) fn maximum(&self, value: &Value) -> Option<f64> {
        if let Some((_, maximum)) = self.state.maxima.iter().find(|(known, _)| known == value) {
            return Some(*maximum);
        }
        match value {
            Value::Number(number) => Some(*number),
            Value::Data(data) => match &**data {
                Data::Computed { maximum, .. } => *maximum,
                Data::Argument { validator: Some(validator), .. } => maximum_of(validator),
                _ => None,
            },
            Value::OneOf(values) => values
                .iter()
                .filter(|value| !value.is_nullish())
                .map(|value| self.maximum(value))
                .try_fold(f64::NEG_INFINITY, |all, one| Some(all.max(one?))),
            _ => None,
        }
    }

    /// The largest number that a value can be, by what it says of itself.
    pub(crate) fn maximum_of_value(&self, value: &Value) -> Option<f64> {
        self.maximum(value)
    }

    fn extremum(&mut self, is_minimum: bool, arguments: &[Value]) -> Value {
        let maxima: Vec<Option<f64>> = arguments.iter().map(|argument| self.maximum(argument)).collect();
        let maximum = if is_minimum {
            maxima.iter().flatten().copied().reduce(f64::min)
        } else {
            maxima.iter().copied().try_fold(f64::NEG_INFINITY, |all, one| Some(all.max(one?)))
        };
        if let (true, Some(all)) =
            (arguments.iter().all(|argument| matches!(argument, Value::Number(_))), maximum)
        {
            return Value::Number(all);
        }
        Value::data(Data::Computed { dependence: Dependence::on_all(arguments), maximum })
    }

    fn merge_objects(&mut self, values: &[Value]) -> Value {
        let mut values = values.iter();
        match values.next() {
            Some(Value::Object(first)) => {
                let mut merged = (**first).clone();
                for value in values {
                    spread_into(&mut merged, value);
                }
                Value::object(merged)
            }
            Some(first) => first.clone(),
            None => Value::Undefined,
        }
    }

    fn object_from_entries(&mut self, entries: Option<&Value>) -> Value {
        let mut object = ObjectValue { open: true, ..ObjectValue::default() };
        if let Some(Value::Array(entries)) = entries {
            object.open = entries.open;
            for entry in &entries.items {
                let pair = match entry {
                    Value::Array(pair) => pair,
                    _ => {
                        object.open = true;
                        continue;
                    }
                };
                match (pair.items.first(), pair.items.get(1)) {
                    (Some(Value::String(key)), Some(value)) => object.set(ObjectProp {
                        name: key.text.clone(),
                        value: value.clone(),
                        certain: !entries.open,
                        at: None,
                        is_getter: false,
                    }),
                    _ => object.open = true,
                }
            }
        }
        Value::object(object)
    }
}

/// Functions of packages whose result is random.
fn is_random_source(name: &str) -> bool {
    matches!(
        name,
        "nanoid"
            | "customAlphabet"
            | "v1"
            | "v4"
            | "v7"
            | "uuid"
            | "ulid"
            | "monotonicFactory"
            | "createId"
            | "cuid"
            | "randomUUID"
            | "randomBytes"
            | "getRandomValues"
            | "randomInt"
    )
}

/// The largest number that a validator lets pass.
fn maximum_of(validator: &super::declaration::ValidatorValue) -> Option<f64> {
    match &*validator.kind {
        "number" => validator.maximum,
        "literal" => match validator.parts.first() {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        },
        "union" => validator
            .parts
            .iter()
            .map(|part| match part {
                Value::Validator(part) => maximum_of(part),
                _ => None,
            })
            .try_fold(f64::NEG_INFINITY, |all, one| Some(all.max(one?)))
            .filter(|maximum| maximum.is_finite()),
        _ => None,
    }
}
