//! Expressions, and the patterns that take values apart.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::{
    AssignOperator, BinaryOperator, Expr, ExprId, FunctionId, FunctionKind, LogicalOperator, Pattern,
    PatternId, PropKey, ShortRange,
};
use lunora_source::Module;

use super::frame::Frame;
use super::interpreter::Interpreter;
use super::origin::Dependence;
use super::statements::{Completion, bounded, choose, upper_bound};
use super::test::{CompareSite, Test};
use super::value::{
    ArrayValue, ClassValue, Closure, MAX_TEXT_BYTES, ObjectProp, ObjectValue, PropSite, StringValue, Value,
};
use crate::place::{Part, Place, Site};

impl Interpreter<'_> {
    /// The value of an expression; records what evaluating it does.
    pub(super) fn eval(&mut self, frame: &Rc<Frame>, expr: ExprId) -> Value {
        let program = self.program(frame.file);
        let site = Site { file: frame.file, expr };
        match program.expr(expr) {
            Expr::Opaque => Value::OPAQUE,
            Expr::Null => Value::Null,
            Expr::Undefined => Value::Undefined,
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Number(number) => Value::Number(number.value()),
            Expr::BigInt(_) | Expr::Regex => Dependence::default().computed(),
            Expr::String(name) => {
                Value::String(StringValue { text: self.text(frame.file, *name), place: Some(site.place()) })
            }
            Expr::Template(parts) => self.template(frame, program.expr_list(*parts), site),
            Expr::Binding(binding) => self.variable(frame, *binding),
            Expr::Global(name) => global(program.text(*name)),
            Expr::This => frame.this.borrow().clone().unwrap_or(Value::OPAQUE),
            Expr::Super => Value::OPAQUE,
            Expr::Member { object, property, .. } => {
                let object = self.eval(frame, *object);
                let name = program.text(*property);
                if self.is_recording() {
                    let place = Place { file: frame.file, part: Part::Member(expr) };
                    self.note_member(&object, name, place, false);
                }
                let value = self.member(&object, name, Some(site));
                if self.is_recording() {
                    self.note_facade(&value, site.place());
                }
                value
            }
            Expr::Index { object, index, .. } => {
                let object = self.eval(frame, *object);
                let index = self.eval(frame, *index);
                if self.is_recording() {
                    self.note_index(&object, &index, site.place());
                }
                self.index(&object, &index, site)
            }
            Expr::Call { .. } => self.call_expression(frame, expr),
            Expr::New { callee, arguments } => {
                let callee = self.eval(frame, *callee);
                let arguments = self.arguments(frame, *arguments);
                self.construct(&callee, arguments, site)
            }
            Expr::Tagged { tag, parts } => {
                self.eval(frame, *tag);
                let values: Vec<Value> =
                    program.expr_list(*parts).iter().map(|part| self.eval(frame, *part)).collect();
                Dependence::on_all(&values).computed()
            }
            Expr::Object(props) => self.object_literal(frame, *props, site),
            Expr::Array(elements) => self.array_literal(frame, *elements),
            Expr::Spread(value) => self.eval(frame, *value),
            Expr::Function(function) => self.closure(frame, *function),
            Expr::Class(class) => {
                Value::Class(Rc::new(ClassValue { file: frame.file, class: *class, frame: Rc::clone(frame) }))
            }
            Expr::Unary { operator, operand } => self.unary(frame, *operator, *operand),
            Expr::Binary { operator, left, right } => {
                let at = CompareSite { site, left: *left, right: *right };
                let left = self.eval(frame, *left);
                let right = self.eval(frame, *right);
                self.log_comparison(&left, &right);
                if *operator == BinaryOperator::In {
                    self.note_index(&right, &left, site.place());
                }
                binary(*operator, left, right, at)
            }
            Expr::Logical { operator, left, right } => {
                let left = self.eval(frame, *left);
                let right = self.maybe(|interpreter| interpreter.eval(frame, *right));
                logical(*operator, left, right)
            }
            Expr::Conditional(parts) => {
                let [test, consequent, alternate] = program.conditional(*parts);
                let test = Test::of(&self.eval(frame, test));
                if let Test::Constant(holds) = test {
                    let (taken, other) =
                        if holds { (consequent, alternate) } else { (alternate, consequent) };
                    self.if_recording(|interpreter| interpreter.value_only(frame, other));
                    return self.eval(frame, taken);
                }
                let first = self.maybe(|interpreter| interpreter.eval(frame, consequent));
                let second = self.maybe(|interpreter| interpreter.eval(frame, alternate));
                let (first, second) = clamp(&test, first, second);
                choose(&test, first, second)
            }
            Expr::Assign { target, operator, value } => {
                let value = self.eval(frame, *value);
                let value = match operator {
                    AssignOperator::Assign => value,
                    AssignOperator::Compute => Dependence::on(&value).computed(),
                    AssignOperator::Logical(operator) => {
                        let old = self.pattern_value(frame, *target);
                        logical(*operator, old, value)
                    }
                };
                self.bind(frame, *target, value.clone());
                value
            }
            Expr::Update { target } => {
                let value = Dependence::on(&self.pattern_value(frame, *target)).computed();
                self.bind(frame, *target, value.clone());
                value
            }
            Expr::Sequence(exprs) => {
                let mut last = Value::Undefined;
                for expr in program.expr_list(*exprs) {
                    last = self.eval(frame, *expr);
                }
                last
            }
            // A promise and what it resolves to are one value here.
            Expr::Await(value) => self.eval(frame, *value),
            Expr::Yield(value) => {
                if let Some(value) = value {
                    self.eval(frame, *value);
                }
                Value::OPAQUE
            }
            Expr::Import(specifier) => match program.expr(*specifier) {
                Expr::String(name) if matches!(self.module(frame.file, *name), Some(Module::File(_))) => {
                    self.namespace(frame.file, *name)
                }
                _ => Value::OPAQUE,
            },
            Expr::Cast { value, ty } => {
                let value = self.eval(frame, *value);
                self.typed_over(frame.file, *ty, value)
            }
        }
    }

    /// Evaluates an expression for what it does.
    fn value_only(&mut self, frame: &Rc<Frame>, expr: ExprId) -> Completion {
        self.eval(frame, expr);
        Completion::default()
    }

    /// Evaluates something that some runs pass by.
    fn maybe(&mut self, evaluate: impl FnOnce(&mut Self) -> Value) -> Value {
        self.state.condition_depth += 1;
        let value = evaluate(self);
        self.state.condition_depth -= 1;
        value
    }

    /// The arguments of a call, spreads unfolded as far as they are known.
    pub(super) fn arguments(&mut self, frame: &Rc<Frame>, range: ShortRange) -> Vec<Value> {
        let program = self.program(frame.file);
        let arguments = program.expr_list(range);
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            if let Expr::Spread(spread) = program.expr(*argument) {
                match self.eval(frame, *spread) {
                    Value::Array(array) => {
                        values.extend(array.items.iter().cloned());
                        if array.open {
                            values.push(Value::OPAQUE);
                        }
                    }
                    other => {
                        let (_, element, _) = self.element_of(&other);
                        values.push(element);
                    }
                }
            } else {
                let value = self.eval(frame, *argument);
                values.push(value);
            }
        }
        values
    }

    /// A function with the frame around it; arrows keep `this`.
    pub(super) fn closure(&mut self, frame: &Rc<Frame>, function: FunctionId) -> Value {
        let is_arrow = self.program(frame.file).function(function).kind == FunctionKind::Arrow;
        let this = if is_arrow { frame.this.borrow().clone() } else { None };
        let closure = Rc::new(Closure { file: frame.file, function, frame: Rc::clone(frame), this });
        if self.is_recording() {
            self.note_closure(&closure);
        }
        Value::Closure(closure)
    }

    /// Binds the names of a pattern to the parts of a value.
    pub(super) fn bind(&mut self, frame: &Rc<Frame>, pattern: PatternId, value: Value) {
        let program = self.program(frame.file);
        match program.pattern(pattern) {
            Pattern::Binding(binding) => self.assign(frame, *binding, value),
            Pattern::Default { pattern, value: default } => {
                let value = match value {
                    Value::Undefined => self.eval(frame, *default),
                    value @ (Value::Data(_) | Value::OneOf(_) | Value::Unknown(_)) => {
                        let default = self.eval(frame, *default);
                        match &value {
                            Value::Unknown(_) => value,
                            _ => Value::join(value, default),
                        }
                    }
                    value => value,
                };
                self.bind(frame, *pattern, value);
            }
            Pattern::Object { properties, rest } => {
                let mut taken = Vec::new();
                for (index, property) in (properties.start..).zip(&program.pattern_props[properties.range()])
                {
                    let place = Place { file: frame.file, part: Part::PatternKey(index) };
                    let part = match property.key {
                        PropKey::Name(name) | PropKey::Getter(name) => {
                            let name = program.text(name);
                            taken.push(name);
                            if self.is_recording() {
                                self.note_member(&value, name, place, false);
                            }
                            self.member(&value, name, None)
                        }
                        PropKey::Computed(key) => {
                            let key = self.eval(frame, key);
                            self.note_index(&value, &key, place);
                            match key.as_str() {
                                Some(key) => self.member(&value, &key.text, None),
                                None => Dependence::on(&value).computed(),
                            }
                        }
                        PropKey::Spread => Value::OPAQUE,
                    };
                    self.bind(frame, property.pattern, part);
                }
                if let Some(rest) = rest {
                    let value = if self.is_recording() { self.with_known_parts(value) } else { value };
                    let remaining = without(&value, &taken);
                    self.bind(frame, *rest, remaining);
                }
            }
            Pattern::Array { elements, rest } => {
                for (index, element) in program.pattern_lists[elements.range()].iter().enumerate() {
                    if let Some(element) = element {
                        let part = self.item(&value, index);
                        self.bind(frame, *element, part);
                    }
                }
                if let Some(rest) = rest {
                    let remaining = match &value {
                        Value::Array(array) => Value::Array(Rc::new(ArrayValue {
                            items: array.items.iter().skip(elements.len()).cloned().collect(),
                            open: array.open,
                        })),
                        value => value.clone(),
                    };
                    self.bind(frame, *rest, remaining);
                }
            }
            Pattern::Target(target) => self.assign_target(frame, *target, value),
        }
    }

    /// The element of a collection at a constant position.
    pub(super) fn item(&mut self, value: &Value, index: usize) -> Value {
        match value {
            Value::Array(array) => match array.items.get(index) {
                Some(item) if !array.open => item.clone(),
                None if !array.open => Value::Undefined,
                _ => Value::join_all(array.items.iter().cloned()),
            },
            Value::OneOf(values) => {
                let items: Vec<Value> = values.iter().map(|value| self.item(value, index)).collect();
                Value::join_all(items)
            }
            value => self.element_without_loop(value),
        }
    }

    /// `object.a.b = value`, as far as the object is held by a variable or `this`.
    pub(super) fn assign_target(&mut self, frame: &Rc<Frame>, target: ExprId, value: Value) {
        let program = self.program(frame.file);
        let site = Site { file: frame.file, expr: target };
        match program.expr(target) {
            Expr::Binding(binding) => self.assign(frame, *binding, value),
            Expr::This => *frame.this.borrow_mut() = Some(value),
            Expr::Cast { value: inner, .. } => self.assign_target(frame, *inner, value),
            Expr::Member { object, property, .. } => {
                let name = self.text(frame.file, *property);
                if self.is_recording() {
                    let place = Place { file: frame.file, part: Part::Member(target) };
                    let object = self.eval(frame, *object);
                    self.note_member(&object, &name, place, true);
                }
                self.assign_property(frame, *object, Some(name), value, Some(PropSite::Assigned(site)));
            }
            Expr::Index { object, index, .. } => {
                let key = self.eval(frame, *index);
                let name = key.as_str().map(|key| key.text.clone());
                self.assign_property(frame, *object, name, value, None);
            }
            _ => {}
        }
    }

    fn assign_property(
        &mut self,
        frame: &Rc<Frame>,
        object: ExprId,
        name: Option<EcoString>,
        value: Value,
        at: Option<PropSite>,
    ) {
        let program = self.program(frame.file);
        if !matches!(
            program.expr(object),
            Expr::Binding(_) | Expr::This | Expr::Member { .. } | Expr::Cast { .. }
        ) {
            return;
        }
        let mut changed: ObjectValue = match self.eval(frame, object) {
            Value::Object(object) => (*object).clone(),
            Value::Unknown(_) if matches!(program.expr(object), Expr::This) => {
                ObjectValue { open: true, ..ObjectValue::default() }
            }
            _ => return,
        };
        match name {
            Some(name) => changed.set(ObjectProp { name, value, certain: true, at, is_getter: false }),
            None => {
                changed.open = true;
                // What an index of all rows holds under some name.
                if self.is_recording() {
                    let name = EcoString::from("[]");
                    changed.set(ObjectProp { name, value, certain: false, at: None, is_getter: false });
                }
            }
        }
        self.assign_target(frame, object, Value::object(changed));
    }

    fn pattern_value(&mut self, frame: &Rc<Frame>, pattern: PatternId) -> Value {
        let program = self.program(frame.file);
        match program.pattern(pattern) {
            Pattern::Binding(binding) => self.variable(frame, *binding),
            Pattern::Target(expr) => self.eval(frame, *expr),
            _ => Value::OPAQUE,
        }
    }

    fn template(&mut self, frame: &Rc<Frame>, parts: &[ExprId], site: Site) -> Value {
        let values: Vec<Value> = parts.iter().map(|part| self.eval(frame, *part)).collect();
        let mut text = String::new();
        for value in &values {
            match value {
                Value::String(part) if text.len() <= MAX_TEXT_BYTES => text.push_str(&part.text),
                _ => return Dependence::on_all(&values).computed(),
            }
        }
        Value::String(StringValue { text: EcoString::from(text), place: Some(site.place()) })
    }
}

/// The value of a name that no file declares.
pub(super) fn global(name: &str) -> Value {
    match name {
        "undefined" => Value::Undefined,
        "NaN" => Value::Number(f64::NAN),
        "Infinity" => Value::Number(f64::INFINITY),
        "Promise" | "Object" | "Array" | "Math" | "Date" | "JSON" | "Number" | "String" | "Boolean"
        | "Set" | "Map" | "WeakMap" | "crypto" | "structuredClone" | "globalThis" | "self" | "window"
        | "performance" | "Symbol" | "process" | "fetch" | "parseInt" | "parseFloat" => {
            Value::Builtin(EcoString::from(name))
        }
        _ => Value::EXTERNAL,
    }
}

fn binary(operator: BinaryOperator, left: Value, right: Value, at: CompareSite) -> Value {
    match operator {
        BinaryOperator::Arithmetic => match (&left, &right) {
            (Value::String(a), Value::String(b)) if a.text.len() + b.text.len() <= MAX_TEXT_BYTES => {
                Value::text(&format!("{}{}", a.text, b.text))
            }
            _ => Dependence::on_all([&left, &right]).computed(),
        },
        BinaryOperator::In | BinaryOperator::InstanceOf => {
            Test::Unknown(Dependence::on_all([&left, &right])).into_value()
        }
        _ => compare(operator, left, right, at).into_value(),
    }
}

fn compare(operator: BinaryOperator, left: Value, right: Value, at: CompareSite) -> Test {
    let equal = match (&left, &right) {
        (Value::String(a), Value::String(b)) => Some(a.text == b.text),
        (Value::Number(a), Value::Number(b)) => Some(a == b),
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => Some(true),
        _ => None,
    };
    match (operator, equal) {
        (BinaryOperator::Equal, Some(equal)) => Test::Constant(equal),
        (BinaryOperator::NotEqual, Some(equal)) => Test::Constant(!equal),
        _ => Test::Compare { operator, left, right, site: Some(at) },
    }
}

fn logical(operator: LogicalOperator, left: Value, right: Value) -> Value {
    match operator {
        LogicalOperator::And => match left.truthiness() {
            Some(true) => right,
            Some(false) => left,
            None if is_test(&left, &right) => Test::all([Test::of(&left), Test::of(&right)]).into_value(),
            None => Value::join(Value::Undefined, right),
        },
        LogicalOperator::Or => match left.truthiness() {
            Some(true) => left,
            Some(false) => right,
            None if is_test(&left, &right) => Test::any([Test::of(&left), Test::of(&right)]).into_value(),
            None => Value::join(without_nullish(left), right),
        },
        LogicalOperator::Coalesce => match &left {
            Value::Undefined | Value::Null => right,
            Value::Unknown(_) | Value::Data(_) | Value::OneOf(_) | Value::Row(_) => {
                Value::join(without_nullish(left), right)
            }
            _ => left,
        },
    }
}

/// Whether two operands make a condition: a boolean with whatever is tested beside it.
fn is_test(left: &Value, right: &Value) -> bool {
    let holds_boolean = |value: &Value| value.alternatives().iter().any(Value::is_boolean);
    let is_tested = |value: &Value| value.is_condition() || value.is_unknown();
    is_tested(left) && right.is_condition() && (holds_boolean(left) || holds_boolean(right))
}

fn without_nullish(value: Value) -> Value {
    match &value {
        Value::OneOf(values) => {
            let rest: Vec<Value> = values.iter().filter(|value| !value.is_nullish()).cloned().collect();
            if rest.is_empty() { value } else { Value::join_all(rest) }
        }
        _ => value,
    }
}

/// `n > 100 ? 100 : n`: the side that is the compared value is bounded.
fn clamp(test: &Test, first: Value, second: Value) -> (Value, Value) {
    if let Some((value, maximum)) = upper_bound(test)
        && second == value
    {
        let second = bounded(&second, maximum);
        return (first, second);
    }
    if let Some((value, maximum)) = upper_bound(&test.clone().negated_comparison())
        && first == value
    {
        let first = bounded(&first, maximum);
        return (first, second);
    }
    (first, second)
}

/// An object without some of its properties.
fn without(value: &Value, taken: &[&str]) -> Value {
    match value {
        Value::Object(object) => Value::object(ObjectValue {
            props: object.props.iter().filter(|prop| !taken.contains(&&*prop.name)).cloned().collect(),
            ..(**object).clone()
        }),
        value => value.clone(),
    }
}
