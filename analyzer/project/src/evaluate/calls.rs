//! Calls: of functions of the project, of methods, of constructors, and of what is not known.

use std::rc::Rc;

use lunora_facts::{Expr, ExprId, FunctionId, FunctionKind, Pattern};

use super::effect::EffectKind;
use super::frame::Frame;
use super::interpreter::{ExecutionState, Interpreter, MemoEntry};
use super::origin::Dependence;
use super::types::context;
use super::value::{ArrayValue, Closure, ContextKind, DatabaseValue, Unknown, Value};
use crate::place::{Part, Place, Site};

/// Functions within functions within functions: deeper calls are opaque.
const MAX_STACK: usize = 48;
/// How often one function may be on the stack: recursion with other arguments is followed this far.
const MAX_RECURSION: usize = 2;
/// The same, for calls that pass on a callback that is not on the stack: wrappers around wrappers (`traced(() => … traced(…))`).
const MAX_WRAPPERS: usize = 12;
/// How many summaries of one function are remembered. In further calling contexts it is evaluated anew.
const MAX_CONTEXTS: usize = 48;

/// Where a call stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallSite {
    pub(super) site: Site,
    /// The expression that is called: a member expression, for a method.
    pub(super) callee: ExprId,
    /// What a method is called on; the callee itself otherwise.
    pub(super) receiver: ExprId,
}

impl Interpreter<'_> {
    /// A call expression.
    pub(super) fn call_expression(&mut self, frame: &Rc<Frame>, expr: ExprId) -> Value {
        let program = self.program(frame.file);
        let Expr::Call { callee, arguments, .. } = program.expr(expr) else {
            return Value::OPAQUE;
        };
        let site = Site { file: frame.file, expr };
        if let Expr::Member { object, property, .. } = program.expr(*callee) {
            let name = program.text(*property);
            if matches!(program.expr(*object), Expr::Super) {
                let method = self.super_member(frame, name);
                let arguments = self.arguments(frame, *arguments);
                return self.call(&method, arguments, CallSite { site, callee: *callee, receiver: *object });
            }
            let receiver = self.eval(frame, *object);
            let arguments = self.arguments(frame, *arguments);
            let at = CallSite { site, callee: *callee, receiver: *object };
            let result = self.call_method(&receiver, name, arguments.clone(), at);
            self.mutate_receiver(frame, *object, &receiver, name, &arguments);
            return result;
        }
        if matches!(program.expr(*callee), Expr::Super) {
            let arguments = self.arguments(frame, *arguments);
            self.construct_super(frame, arguments);
            return Value::Undefined;
        }
        let function = self.eval(frame, *callee);
        let arguments = self.arguments(frame, *arguments);
        let at = CallSite { site, callee: *callee, receiver: *callee };
        self.call(&function, arguments, at)
    }

    /// Calls a value.
    pub(super) fn call(&mut self, function: &Value, arguments: Vec<Value>, at: CallSite) -> Value {
        match function {
            Value::Closure(closure) => {
                self.call_closure(closure, arguments, closure.this.clone(), Some(at.site))
            }
            Value::Method(method) => {
                let (receiver, name) = (&method.0, method.1.clone());
                self.call_method(receiver, &name, arguments, at)
            }
            Value::Lunora(name) => {
                let name = name.clone();
                self.call_lunora(&name, arguments, at)
            }
            Value::Builtin(name) => {
                let name = name.clone();
                self.call_builtin(&name, arguments, at.site)
            }
            Value::OneOf(values) => {
                let values = Rc::clone(values);
                let results: Vec<Value> = values
                    .iter()
                    .filter(|value| !value.is_nullish())
                    .map(|value| self.call(value, arguments.clone(), at))
                    .collect();
                Value::join_all(results)
            }
            Value::Service(name) => self.call_service(&name.clone(), arguments, at),
            Value::Builder(_) => self.call_factory(function, arguments),
            function => {
                let mut result = self.escape(&arguments);
                if let Value::Unknown(unknown) = function {
                    result = unknown_result(*unknown, &arguments);
                }
                result
            }
        }
    }

    /// Calls a value where no call expression stands (getters, callbacks of factories).
    pub(crate) fn call_value(
        &mut self,
        function: &Value,
        arguments: Vec<Value>,
        this: Option<Value>,
    ) -> Value {
        match function {
            Value::Closure(closure) => {
                let this = this.or_else(|| closure.this.clone());
                self.call_closure(closure, arguments, this, None)
            }
            Value::OneOf(values) => {
                let values = Rc::clone(values);
                let results: Vec<Value> = values
                    .iter()
                    .map(|value| self.call_value(value, arguments.clone(), this.clone()))
                    .collect();
                Value::join_all(results)
            }
            Value::Lunora(name) => self.recorded_verdict(name).unwrap_or(Value::OPAQUE),
            _ => Value::OPAQUE,
        }
    }

    /// Calls a method.
    pub(super) fn call_method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        if matches!(name, "then" | "catch" | "finally")
            && !matches!(receiver, Value::Object(_) | Value::Module(_))
        {
            return self.promise_method(receiver, name, &arguments);
        }
        match receiver {
            Value::OneOf(values) => {
                let values = Rc::clone(values);
                // Of several readers one runs, so that each of them runs only sometimes.
                let is_choice = values.iter().filter(|value| matches!(value, Value::Reader(_))).count() > 1;
                self.state.condition_depth += u32::from(is_choice);
                let results: Vec<Value> = values
                    .iter()
                    .filter(|value| !value.is_nullish())
                    .map(|value| self.call_method(value, name, arguments.clone(), at))
                    .collect();
                self.state.condition_depth -= u32::from(is_choice);
                Value::join_all(results)
            }
            Value::Object(_) => {
                let method = self.member(receiver, name, None);
                match &method {
                    Value::Closure(closure) => {
                        let this = closure.this.clone().or_else(|| Some(receiver.clone()));
                        self.call_closure(closure, arguments, this, Some(at.site))
                    }
                    Value::Undefined if matches!(name, "hasOwnProperty" | "toString") => {
                        Dependence::default().computed()
                    }
                    method => self.call(method, arguments, at),
                }
            }
            Value::Module(_) | Value::LunoraModule | Value::Class(_) => {
                let function = self.member(receiver, name, None);
                self.call(&function, arguments, at)
            }
            Value::Closure(closure) => match name {
                "call" => {
                    let mut arguments = arguments;
                    let this = if arguments.is_empty() { None } else { Some(arguments.remove(0)) };
                    self.call_closure(closure, arguments, this, Some(at.site))
                }
                "bind" => Value::Closure(Rc::new(Closure {
                    this: arguments.first().cloned().or_else(|| closure.this.clone()),
                    ..(**closure).clone()
                })),
                _ => self.escape(&arguments),
            },
            Value::Array(_) | Value::Rows(_) | Value::Page(_) | Value::Data(_) => {
                self.collection_method(receiver, name, &arguments, at)
            }
            Value::Map(map) => self.map_method(&Rc::clone(map), name, &arguments, at),
            Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Test(_) => {
                self.escape(&arguments);
                let mut dependence = Dependence::on(receiver);
                dependence.merge(&Dependence::on_all(&arguments));
                dependence.computed()
            }
            Value::Builtin(builtin) => {
                let builtin = builtin.clone();
                self.builtin_method(&builtin, name, arguments, at)
            }
            Value::Lunora(root) => {
                let root = root.clone();
                self.lunora_method(&root, name, arguments, at)
            }
            Value::Unknown(unknown) => self.method_of_unknown(*unknown, name, arguments),
            Value::Context(_) => {
                let method = self.member(receiver, name, None);
                match method {
                    Value::Method(_) => self.context_method(name, &arguments, at),
                    method => self.call(&method, arguments, at),
                }
            }
            Value::Service(service) => {
                let path = format!("{service}.{name}");
                self.call_service(&path, arguments, at)
            }
            Value::Database(_) | Value::Facade(_) | Value::Orm(_) | Value::Reader(_) | Value::Range(_) => {
                self.database_method(receiver, name, arguments, at)
            }
            Value::Row(_) => {
                self.escape(&arguments);
                Dependence::on(receiver).computed()
            }
            Value::Validator(_)
            | Value::Table(_)
            | Value::Relation(_)
            | Value::Schema(_)
            | Value::Extension(_)
            | Value::Builder(_)
            | Value::Registration(_)
            | Value::Declaration(_)
            | Value::Crons(_) => self.declaration_method(receiver, name, arguments, at),
            Value::Method(_) => {
                let object = self.member(receiver, name, Some(Site { file: at.site.file, expr: at.callee }));
                match &object {
                    Value::Facade(_) => Value::OPAQUE,
                    _ => self.facade_of_method(receiver, name, arguments, at),
                }
            }
            _ => self.escape(&arguments),
        }
    }

    /// `new callee(…)`.
    pub(super) fn construct(&mut self, callee: &Value, arguments: Vec<Value>, site: Site) -> Value {
        match callee {
            Value::Class(class) => self.instantiate(class, arguments),
            Value::Builtin(name) => match (&**name, arguments.first()) {
                ("Date", None) => self.ambient("new Date", site, super::origin::Origins::CLOCK),
                ("Map", entries) if self.is_recording() => self
                    .recorded_collection("Map", entries)
                    .unwrap_or_else(|| Dependence::on_all(&arguments).computed()),
                ("Map" | "WeakMap", Some(entries)) => {
                    self.map_of(entries).unwrap_or_else(|| Dependence::on_all(&arguments).computed())
                }
                ("Set" | "Array", Some(value @ (Value::Array(_) | Value::Rows(_)))) => value.clone(),
                ("Promise", Some(executor)) => {
                    self.escape(std::slice::from_ref(executor));
                    Value::OPAQUE
                }
                _ => Dependence::on_all(&arguments).computed(),
            },
            _ => {
                self.escape(&arguments);
                Value::EXTERNAL
            }
        }
    }

    /// Runs a function of the project.
    pub(crate) fn call_closure(
        &mut self,
        closure: &Rc<Closure>,
        arguments: Vec<Value>,
        this: Option<Value>,
        site: Option<Site>,
    ) -> Value {
        let key = (closure.file, closure.function);
        let running = self.stack.iter().filter(|entry| **entry == key).count();
        if self.stack.len() >= MAX_STACK || self.fuel == 0 {
            let function = Place { file: closure.file, part: Part::Function(closure.function) };
            self.emit(EffectKind::GaveUp { function });
            self.note_limit(function);
            return Value::OPAQUE;
        }
        // A nested function captures variables: no summary of it fits another time.
        let goes_on = running < MAX_RECURSION
            || (running < MAX_WRAPPERS && arguments.iter().any(|argument| self.is_new_callback(argument)));
        if !closure.frame.is_module() {
            if !goes_on {
                return Value::OPAQUE;
            }
            return self.call_nested(closure, arguments, this, site);
        }
        // A call without a site (a callback that a factory runs) still belongs to who runs it.
        let site = site.unwrap_or(Site { file: closure.file, expr: ExprId::new(u32::MAX) });
        if let Some(entry) = self.find_summary(key, &this, &arguments, goes_on) {
            let (activation, result) = entry;
            self.emit(EffectKind::Call { activation, site });
            return result;
        }
        if !goes_on {
            return Value::OPAQUE;
        }
        let activation = self.new_activation(closure.file, closure.function);
        let entries = self.memo.entry(key).or_default();
        let position = entries.len();
        if position < MAX_CONTEXTS {
            entries.push(MemoEntry {
                this: this.clone(),
                arguments: arguments.clone(),
                activation,
                result: None,
            });
        }
        self.fuel -= 1;
        self.stack.push(key);
        let state = ExecutionState { activation: Some(activation), ..ExecutionState::default() };
        let outer = std::mem::replace(&mut self.state, state);
        let result = self.run_body(closure, arguments, this);
        self.state = outer;
        self.stack.pop();
        if let Some(entry) = self.memo.get_mut(&key).and_then(|entries| entries.get_mut(position)) {
            entry.result = Some(result.clone());
        }
        self.emit(EffectKind::Call { activation, site });
        result
    }

    /// Runs a nested function: as part of the activation that it is nested in, or as one of its own if that has ended.
    fn call_nested(
        &mut self,
        closure: &Rc<Closure>,
        arguments: Vec<Value>,
        this: Option<Value>,
        site: Option<Site>,
    ) -> Value {
        self.fuel -= 1;
        self.stack.push((closure.file, closure.function));
        let result = match (site, self.state.activation) {
            (Some(site), Some(current)) if !self.is_nested_in(closure, current) => {
                let activation = self.new_activation(closure.file, closure.function);
                let state = ExecutionState { activation: Some(activation), ..ExecutionState::default() };
                let outer = std::mem::replace(&mut self.state, state);
                let result = self.run_body(closure, arguments, this);
                self.state = outer;
                self.emit(EffectKind::Call { activation, site });
                result
            }
            _ => self.run_body(closure, arguments, this),
        };
        self.stack.pop();
        result
    }

    /// Whether a closure was made by the function that an activation runs, or by one that is nested in it.
    fn is_nested_in(&self, closure: &Closure, activation: super::effect::ActivationId) -> bool {
        let current = &self.activations[activation.0 as usize];
        let outermost = |file, function| {
            let program = self.program(file);
            let mut id = function;
            while let Some(parent) = program.function(id).parent {
                if parent == FunctionId::MODULE {
                    break;
                }
                id = parent;
            }
            (file, id)
        };
        outermost(closure.file, closure.function) == outermost(current.file, current.function)
    }

    /// Runs functions that were handed to code that can't be followed: they may be called with anything.
    pub(super) fn escape(&mut self, arguments: &[Value]) -> Value {
        let mut given = Value::OPAQUE;
        if self.is_recording() {
            self.note_escape(arguments);
            given = self.escaped_argument(arguments);
        }
        for argument in arguments {
            self.escape_value(argument, &given, 0);
        }
        Dependence::on_all(arguments).computed()
    }

    /// Binds the parameters of a function and evaluates its body.
    fn run_body(&mut self, closure: &Rc<Closure>, arguments: Vec<Value>, this: Option<Value>) -> Value {
        if self.is_recording() {
            self.note_evaluated(closure);
        }
        let program = self.program(closure.file);
        let function = program.function(closure.function);
        let frame = Frame::new(closure.file, closure.function, Some(Rc::clone(&closure.frame)), this);
        let parameters = program.parameters_of(function);
        for (index, parameter) in parameters.iter().enumerate() {
            let is_rest = function.has_rest && index + 1 == parameters.len();
            let mut value = if is_rest {
                Value::Array(Rc::new(ArrayValue {
                    items: arguments.iter().skip(index).cloned().collect(),
                    open: false,
                }))
            } else {
                arguments.get(index).cloned().unwrap_or(Value::Undefined)
            };
            if value.is_unknown() {
                value = self.declared(closure, parameter, value);
            } else if let (true, Some(ty)) = (self.is_recording(), parameter.ty) {
                value = self.typed_over(closure.file, ty, value);
            }
            if parameter.is_property {
                self.assign_parameter_property(&frame, parameter.pattern, &value);
            }
            self.bind(&frame, parameter.pattern, value);
        }
        let completion = self.block(&frame, function.body);
        let result = if function.kind == FunctionKind::Constructor {
            frame.this.borrow().clone().unwrap_or(Value::OPAQUE)
        } else {
            completion.returned.unwrap_or(Value::Undefined)
        };
        self.end_of_call(&frame);
        result
    }

    /// What a parameter's type or name says when the argument is not known.
    fn declared(&mut self, closure: &Closure, parameter: &lunora_facts::Parameter, value: Value) -> Value {
        if let Some(typed) = parameter.ty.and_then(|ty| self.typed_value(closure.file, ty)) {
            return typed;
        }
        let program = self.program(closure.file);
        let mut pattern = program.pattern(parameter.pattern);
        if let Pattern::Default { pattern: inner, .. } = pattern {
            pattern = program.pattern(*inner);
        }
        match (pattern, &value) {
            (Pattern::Binding(binding), Value::Unknown(Unknown::Opaque)) => {
                match program.text(program.binding(*binding).name) {
                    "ctx" => context(ContextKind::Any),
                    "db" => Value::Database(DatabaseValue { certain: false, is_system: false }),
                    _ => value,
                }
            }
            _ => value,
        }
    }

    /// A summary that fits, or that of a recursion in progress.
    fn find_summary(
        &self,
        key: (lunora_facts::FileId, FunctionId),
        this: &Option<Value>,
        arguments: &[Value],
        goes_on: bool,
    ) -> Option<(super::effect::ActivationId, Value)> {
        let entries = self.memo.get(&key)?;
        if let Some(entry) = entries.iter().find(|entry| entry.arguments == arguments && entry.this == *this)
        {
            return Some((entry.activation, entry.result.clone().unwrap_or(Value::OPAQUE)));
        }
        if goes_on {
            return None;
        }
        let entry = entries.iter().rev().find(|entry| entry.result.is_none())?;
        Some((entry.activation, Value::OPAQUE))
    }

    /// Whether an argument is a function that is not running yet, so that a call which passes it on need not be a recursion.
    fn is_new_callback(&self, argument: &Value) -> bool {
        match argument {
            Value::Closure(closure) => {
                let key = (closure.file, closure.function);
                self.stack.iter().all(|entry| *entry != key)
            }
            _ => false,
        }
    }

    fn escape_value(&mut self, value: &Value, given: &Value, depth: u32) {
        match value {
            Value::Closure(closure) => {
                let count = self.program(closure.file).function(closure.function).parameters.len();
                let arguments = vec![given.clone(); count];
                let closure = Rc::clone(closure);
                // Nothing says that it runs more than once: no loop is recorded.
                self.call_closure(&closure, arguments, closure.this.clone(), None);
            }
            Value::Object(object) if depth < 3 && object.class.is_none() => {
                let object = Rc::clone(object);
                for prop in &object.props {
                    self.escape_value(&prop.value, given, depth + 1);
                }
            }
            Value::Map(map) if depth < 3 => {
                let map = Rc::clone(map);
                for (_, value) in &map.entries {
                    self.escape_value(value, given, depth + 1);
                }
            }
            Value::Array(array) if depth < 3 => {
                let array = Rc::clone(array);
                for item in &array.items {
                    self.escape_value(item, given, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn promise_method(&mut self, receiver: &Value, name: &str, arguments: &[Value]) -> Value {
        match (name, arguments.first()) {
            ("then", Some(callback @ (Value::Closure(_) | Value::OneOf(_)))) => {
                let result = self.call_value(callback, vec![receiver.clone()], None);
                if let Some(rejected) = arguments.get(1) {
                    self.escape(std::slice::from_ref(rejected));
                }
                result
            }
            ("catch", Some(callback)) => {
                let caught = match callback {
                    Value::Closure(_) => self.call_value(callback, vec![Value::OPAQUE], None),
                    _ => return receiver.clone(),
                };
                Value::join(receiver.clone(), caught)
            }
            _ => {
                self.escape(arguments);
                receiver.clone()
            }
        }
    }

    fn method_of_unknown(&mut self, unknown: Unknown, name: &str, arguments: Vec<Value>) -> Value {
        if unknown == Unknown::Opaque
            && let Some(registration) = self.unknown_builder_terminal(name, &arguments)
        {
            return registration;
        }
        // `collator.compare(a.name, b.name)`.
        if let ("compare", [left, right]) = (name, arguments.as_slice()) {
            self.log_comparison(left, right);
        }
        self.escape(&arguments);
        unknown_result(unknown, &arguments)
    }

    /// `list.push(x)` on a variable that holds a literal array.
    fn mutate_receiver(
        &mut self,
        frame: &Rc<Frame>,
        object: ExprId,
        receiver: &Value,
        name: &str,
        arguments: &[Value],
    ) {
        let arguments = match name {
            "push" | "unshift" => arguments,
            // A recording run takes maps for arrays of their values.
            "set" if self.is_recording() => arguments.get(1..).unwrap_or_default(),
            "set" => return self.set_entry(frame, object, receiver, arguments),
            _ => return,
        };
        let Value::Array(array) = receiver else { return };
        let mut items = array.items.clone();
        for argument in arguments {
            if !items.contains(argument) {
                items.push(argument.clone());
            }
        }
        let open = array.open || !self.state.loops.is_empty();
        let changed = Value::Array(Rc::new(ArrayValue { items, open }));
        let program = self.program(frame.file);
        if matches!(program.expr(object), Expr::Binding(_) | Expr::Member { .. }) {
            self.assign_target(frame, object, changed);
        }
    }
}

/// What a call that can't be followed returns.
fn unknown_result(unknown: Unknown, arguments: &[Value]) -> Value {
    match unknown {
        Unknown::Opaque => {
            let mut dependence = Dependence::on_all(arguments);
            dependence.origins = dependence.origins.union(super::origin::Origins::UNKNOWN);
            if dependence.reads.is_empty() { Value::OPAQUE } else { dependence.computed() }
        }
        // Libraries hand back what they were given in some other form.
        Unknown::External => {
            let mut dependence = Dependence::on_all(arguments);
            dependence.origins = dependence.origins.union(super::origin::Origins::CALL);
            if dependence.reads.is_empty() { Value::EXTERNAL } else { dependence.computed() }
        }
    }
}
