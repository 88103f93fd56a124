//! Objects and arrays: literals, spreads, joins, and what `Object.*` makes of them.

use std::rc::Rc;

use lunora_facts::{ListRange, PropKey, UnaryOperator};

use super::frame::Frame;
use super::interpreter::Interpreter;
use super::origin::Dependence;
use super::value::{ArrayValue, ContextValue, ObjectProp, ObjectValue, PropSite, StringValue, Value};
use crate::place::Site;

/// The object that is one of several; a property that not all have is uncertain.
pub(super) fn join_objects(objects: &[&Rc<ObjectValue>]) -> Value {
    let Some(first) = objects.first() else {
        return Value::Undefined;
    };
    if objects.iter().all(|object| Rc::ptr_eq(object, first)) {
        return Value::Object(Rc::clone(first));
    }
    let mut joined = ObjectValue {
        open: objects.iter().any(|object| object.open),
        site: first.site,
        ..ObjectValue::default()
    };
    for object in objects {
        for (name, site) in &object.other_sites {
            joined.add_site(name, Some(*site));
        }
        for prop in &object.props {
            if joined.get(&prop.name).is_some() {
                continue;
            }
            let all: Vec<&ObjectProp> = objects.iter().filter_map(|object| object.get(&prop.name)).collect();
            let certain = all.len() == objects.len() && all.iter().all(|prop| prop.certain);
            let value = Value::join_all(all.iter().map(|prop| prop.value.clone()));
            for other in all.iter().filter(|other| other.at != prop.at) {
                joined.add_site(&prop.name, other.at);
            }
            joined.open |= !joined.props.push(ObjectProp { value, certain, ..prop.clone() });
        }
    }
    Value::object(joined)
}

impl Interpreter<'_> {
    /// An object literal.
    pub(super) fn object_literal(&mut self, frame: &Rc<Frame>, props: ListRange, site: Site) -> Value {
        let program = self.program(frame.file);
        let mut object = ObjectValue { site: Some(site), ..ObjectValue::default() };
        let mut context: Option<Rc<ContextValue>> = None;
        for (id, prop) in program.object(props) {
            let value = self.eval(frame, prop.value);
            let (name, is_getter) = match prop.key {
                PropKey::Name(name) => (Some(self.text(frame.file, name)), false),
                PropKey::Getter(name) => (Some(self.text(frame.file, name)), true),
                PropKey::Computed(key) => {
                    let key = self.eval(frame, key);
                    (key.as_str().map(|key| key.text.clone()), false)
                }
                PropKey::Spread => {
                    let value = if self.is_recording() { self.with_known_parts(value) } else { value };
                    if let Value::Context(spread) = &value {
                        context = Some(Rc::clone(spread));
                    } else if value.as_row().is_some() {
                        object.base = value.as_row().map(|row| Value::Row(Rc::clone(row)));
                    } else {
                        spread_into(&mut object, &value);
                    }
                    continue;
                }
            };
            match name {
                Some(name) => object.set(ObjectProp {
                    name,
                    value,
                    certain: true,
                    at: Some(PropSite::Literal(frame.file, id)),
                    is_getter,
                }),
                None => object.open = true,
            }
        }
        match context {
            // `{ ...ctx, user }` is still a context.
            Some(context) => {
                let mut additions = (*context.additions).clone();
                for prop in object.props {
                    additions.set(prop);
                }
                Value::Context(Rc::new(ContextValue { kind: context.kind, additions: Rc::new(additions) }))
            }
            None => Value::object(object),
        }
    }

    /// An array literal.
    pub(super) fn array_literal(&mut self, frame: &Rc<Frame>, elements: ListRange) -> Value {
        let program = self.program(frame.file);
        let mut array = ArrayValue::default();
        for element in program.expr_list(elements) {
            if let lunora_facts::Expr::Spread(value) = program.expr(*element) {
                match self.eval(frame, *value) {
                    Value::Array(spread) => array.append(&spread),
                    // `[...rows]` is a copy of the rows.
                    rows @ (Value::Rows(_) | Value::Page(_)) if elements.len() == 1 => return rows,
                    other => {
                        let site = Site { file: frame.file, expr: *value };
                        let element = match self.own_iterator(&other, false, site) {
                            Some(iterator) => self.next_of(&iterator, site),
                            None => self.element_of(&other).1,
                        };
                        array.items.push(element);
                        array.open = true;
                    }
                }
            } else {
                let value = self.eval(frame, *element);
                array.items.push(value);
            }
        }
        Value::Array(Rc::new(array))
    }

    /// The keys of an object, as an array of strings.
    pub(super) fn keys_of(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(object) => Value::Array(Rc::new(ArrayValue {
                items: object.props.iter().map(key_of).collect(),
                open: object.open,
            })),
            Value::OneOf(values) => {
                let keys: Vec<Value> = values.iter().map(|value| self.keys_of(value)).collect();
                Value::join_all(keys)
            }
            value => Dependence::on(value).computed(),
        }
    }

    /// `Object.values`, `Object.entries`.
    pub(super) fn values_of(&mut self, value: &Value, with_keys: bool) -> Value {
        match value {
            Value::Object(object) => Value::Array(Rc::new(ArrayValue {
                items: object
                    .props
                    .iter()
                    .map(|prop| {
                        if with_keys {
                            Value::Array(Rc::new(ArrayValue {
                                items: vec![key_of(prop), prop.value.clone()],
                                open: false,
                            }))
                        } else {
                            prop.value.clone()
                        }
                    })
                    .collect(),
                open: object.open,
            })),
            value => Dependence::on(value).computed(),
        }
    }

    /// `!x`, `-x`, `typeof x`, …
    pub(super) fn unary(
        &mut self,
        frame: &Rc<Frame>,
        operator: UnaryOperator,
        operand: lunora_facts::ExprId,
    ) -> Value {
        let value = self.eval(frame, operand);
        match (operator, &value) {
            (UnaryOperator::Not, value) => super::test::Test::of(value).negated().into_value(),
            (UnaryOperator::Negate, Value::Number(number)) => Value::Number(-number),
            (UnaryOperator::Plus, Value::Number(number)) => Value::Number(*number),
            _ => Dependence::on(&value).computed(),
        }
    }
}

fn key_of(prop: &ObjectProp) -> Value {
    Value::String(StringValue { text: prop.name.clone(), place: prop.at.map(PropSite::key) })
}

/// `{ ...value }`.
pub(crate) fn spread_into(object: &mut ObjectValue, value: &Value) {
    match value {
        Value::Object(spread) => {
            for prop in &spread.props {
                object.set(prop.clone());
            }
            for (name, site) in &spread.other_sites {
                object.add_site(name, Some(*site));
            }
            object.open |= spread.open;
        }
        Value::OneOf(values) => {
            let mut objects = Vec::new();
            let mut may_be_absent = false;
            for value in values.iter() {
                match value {
                    Value::Object(spread) => objects.push(spread),
                    value if spreads_nothing(value) => may_be_absent = true,
                    _ => object.open = true,
                }
            }
            if objects.is_empty() {
                return;
            }
            if let Value::Object(joined) = join_objects(&objects) {
                for prop in &joined.props {
                    object.set(ObjectProp { certain: prop.certain && !may_be_absent, ..prop.clone() });
                }
                for (name, site) in &joined.other_sites {
                    object.add_site(name, Some(*site));
                }
                object.open |= joined.open;
            }
        }
        value if spreads_nothing(value) => {}
        _ => object.open = true,
    }
}

fn spreads_nothing(value: &Value) -> bool {
    matches!(value, Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Test(_))
}
