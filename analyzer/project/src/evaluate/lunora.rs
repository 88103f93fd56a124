//! Lunora's own functions: the schema DSL, validators, builders, factories.

use std::cell::RefCell;
use std::rc::Rc;

use ecow::EcoString;

use super::calls::CallSite;
use super::declaration::{
    BuilderValue, ChainCall, Convention, CronsValue, DeclarationValue, ExtensionValue, RegistrationValue,
    RelationValue, SchemaValue, TableValue, ValidatorValue,
};
use super::effect::{DispatchEffect, EffectKind};
use super::interpreter::Interpreter;
use super::objects::spread_into;
use super::origin::{Dependence, Origins};
use super::value::{ObjectProp, ObjectValue, Value};

/// Steps of a builder that are no terminals.
const STEPS: &[&str] = &["input", "output", "use", "meta", "expose", "x402"];
/// Terminals of a builder.
const TERMINALS: &[&str] = &["query", "mutation", "action", "stream"];

impl Interpreter<'_> {
    /// A call of an export of Lunora's packages.
    pub(super) fn call_lunora(&mut self, name: &str, arguments: Vec<Value>, at: CallSite) -> Value {
        match name {
            "defineSchema" => {
                Value::Schema(Rc::new(SchemaValue { arguments, calls: Vec::new(), site: at.site }))
            }
            "defineTable" => Value::Table(Rc::new(TableValue {
                shape: arguments.into_iter().next().unwrap_or(Value::Undefined),
                calls: Vec::new(),
                site: at.site,
            })),
            "defineSchemaExtension" => {
                let mut arguments = arguments.into_iter();
                Value::Extension(Rc::new(ExtensionValue {
                    key: arguments.next().unwrap_or(Value::OPAQUE),
                    definition: arguments.next().unwrap_or(Value::OPAQUE),
                }))
            }
            "definePlugin" | "defineComponent" => plugin(&arguments),
            "mergeSchemaExtension" => match (arguments.first(), arguments.get(1)) {
                (Some(Value::Schema(schema)), Some(extension)) => extend(schema, extension.clone(), at),
                _ => Value::OPAQUE,
            },
            "installPlugins" => match (arguments.first(), arguments.get(1)) {
                (Some(Value::Schema(schema)), Some(plugins)) => self.install_plugins(schema, plugins, at),
                _ => Value::OPAQUE,
            },
            "query" | "mutation" | "action" | "internalQuery" | "internalMutation" | "internalAction"
            | "httpAction" | "stream" => self.call_factory(&Value::Lunora(EcoString::from(name)), arguments),
            "cronJobs" | "httpRouter" => {
                let registry =
                    Rc::new(CronsValue { jobs: RefCell::default(), factory: EcoString::from(name) });
                self.registries.push((Rc::clone(&registry), at.site.file));
                Value::Crons(registry)
            }
            "next" => {
                let added = arguments.first().map(|options| self.member(options, "ctx", None));
                Value::Next(Rc::new(added.unwrap_or(Value::Undefined)))
            }
            "rls"
            | "mask"
            | "storageRules"
            | "rateLimit"
            | "protectPublic"
            | "platformAdmin"
            | "composePluginMiddleware" => self.declare(name, arguments, at),
            name if name.starts_with("define") || is_hook(name) => self.declare(name, arguments, at),
            _ => {
                self.escape(&arguments);
                self.recorded_verdict(name).unwrap_or(Value::OPAQUE)
            }
        }
    }

    fn declare(&mut self, factory: &str, arguments: Vec<Value>, at: CallSite) -> Value {
        let declaration =
            Rc::new(DeclarationValue { factory: EcoString::from(factory), arguments, site: at.site });
        self.note_declaration(&declaration);
        Value::Declaration(declaration)
    }

    /// A method of an export of Lunora's packages: `v.string()`, `query.input(…)`, `initLunora.create()`.
    pub(super) fn lunora_method(
        &mut self,
        root: &str,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        match root {
            "v" => {
                if let ("id", Some(table)) = (name, arguments.first().and_then(Value::as_str)) {
                    self.id_tables.push(table.clone());
                }
                validator(name, arguments)
            }
            "query" | "mutation" | "action" | "internalQuery" | "internalMutation" | "internalAction" => {
                let builder = BuilderValue { root: EcoString::from(root), calls: Vec::new() };
                self.builder_step(&builder, name, arguments, at)
            }
            "initLunora" => match name {
                "create" => builders(),
                _ => Value::Lunora(EcoString::from(root)),
            },
            "httpRoute" => Value::Builder(Rc::new(BuilderValue {
                root: EcoString::from("httpRoute"),
                calls: vec![ChainCall {
                    name: EcoString::from(name),
                    arguments,
                    site: at.site,
                    callee: at.callee,
                }],
            })),
            // `r.one(…)`, `r.many(…)` of a relations callback.
            "relations" => Value::Relation(Rc::new(RelationValue {
                is_many: name == "many",
                target: arguments.first().cloned().unwrap_or(Value::Undefined),
                options: arguments.get(1).cloned().unwrap_or(Value::Undefined),
            })),
            "triggers" => Value::Declaration(Rc::new(DeclarationValue {
                factory: EcoString::from(name),
                arguments,
                site: at.site,
            })),
            _ => {
                self.escape(&arguments);
                Value::OPAQUE
            }
        }
    }

    /// A method of one of Lunora's declarations.
    pub(super) fn declaration_method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        let call = |arguments| ChainCall {
            name: EcoString::from(name),
            arguments,
            site: at.site,
            callee: at.callee,
        };
        match receiver {
            Value::Validator(validator) => refine(validator, name, &arguments),
            Value::Table(table) => {
                let mut table = (**table).clone();
                table.calls.push(call(arguments));
                Value::Table(Rc::new(table))
            }
            Value::Schema(schema) => {
                let mut schema = (**schema).clone();
                schema.calls.push(call(arguments));
                Value::Schema(Rc::new(schema))
            }
            Value::Builder(builder) if &*builder.root == "httpRoute" => {
                self.http_route(builder, name, arguments, at)
            }
            Value::Builder(builder) => {
                let builder = Rc::clone(builder);
                self.builder_step(&builder, name, arguments, at)
            }
            Value::Crons(registry) => {
                self.note_dispatch(arguments.get(2));
                registry.jobs.borrow_mut().push(call(arguments));
                receiver.clone()
            }
            _ => {
                self.escape(&arguments);
                Value::OPAQUE
            }
        }
    }

    /// A property of a registration or declaration: `presence.extension`, `plugin.functions.x`.
    pub(super) fn declaration_member(&mut self, value: &Value, name: &str) -> Value {
        match value {
            Value::Declaration(declaration) => {
                let definition = declaration.arguments.iter().rev().find_map(Value::as_object);
                match definition.and_then(|definition| definition.value(name)) {
                    Some(value) => value.clone(),
                    None => Value::OPAQUE,
                }
            }
            _ => Value::OPAQUE,
        }
    }

    /// `query({ args, handler })`, `httpAction(handler)`, and a builder that is called.
    pub(super) fn call_factory(&mut self, factory: &Value, arguments: Vec<Value>) -> Value {
        let root = match factory {
            Value::Lunora(name) => name.clone(),
            Value::Builder(builder) => builder.root.clone(),
            _ => return Value::OPAQUE,
        };
        let calls = match factory {
            Value::Builder(builder) => builder.calls.clone(),
            _ => Vec::new(),
        };
        let (is_internal, kind) = split_root(&root);
        let (handler, input) = match arguments.into_iter().next() {
            Some(Value::Object(definition)) => (
                definition.value("handler").cloned().unwrap_or(Value::OPAQUE),
                definition.value("args").cloned().unwrap_or(Value::Undefined),
            ),
            Some(handler) => (handler, Value::Undefined),
            None => (Value::OPAQUE, Value::Undefined),
        };
        Value::Registration(Rc::new(RegistrationValue {
            kind: EcoString::from(kind),
            is_internal,
            calls,
            handler,
            input,
            convention: Convention::Positional,
        }))
    }

    /// `.query(handler)` on something that can't be followed, in a form that only a procedure builder has.
    pub(super) fn unknown_builder_terminal(&mut self, name: &str, arguments: &[Value]) -> Option<Value> {
        let [handler @ Value::Closure(closure)] = arguments else {
            return None;
        };
        if !TERMINALS.contains(&name) {
            return None;
        }
        let program = self.program(closure.file);
        let function = program.function(closure.function);
        let parameter = program.parameters_of(function).first()?;
        let lunora_facts::Pattern::Object { properties, .. } = program.pattern(parameter.pattern) else {
            return None;
        };
        let takes_context = program.pattern_props[properties.range()].iter().any(
            |property| matches!(property.key, lunora_facts::PropKey::Name(key) if program.text(key) == "ctx"),
        );
        takes_context.then(|| {
            Value::Registration(Rc::new(RegistrationValue {
                kind: EcoString::from(name),
                is_internal: false,
                calls: Vec::new(),
                handler: handler.clone(),
                input: Value::OPAQUE,
                convention: Convention::Options,
            }))
        })
    }

    /// `ctx.runQuery(ref, args)` and its kin.
    pub(super) fn context_method(&mut self, name: &str, arguments: &[Value], at: CallSite) -> Value {
        if name == "fetch" {
            return Value::EXTERNAL;
        }
        self.note_dispatch(arguments.first());
        self.note_handed_on(arguments.get(1), at.site.place());
        self.emit(EffectKind::Dispatch(Rc::new(DispatchEffect {
            site: at.site,
            callee: at.callee,
            method: EcoString::from(name),
            target: arguments.first().cloned().unwrap_or(Value::Undefined),
            options: None,
        })));
        Dependence::of(Origins::CALL).computed()
    }

    /// `ctx.scheduler.runAfter(…)`, `ctx.queues.x.send(…)`, `ctx.step.do("label", fn)`.
    pub(super) fn call_service(&mut self, path: &str, arguments: Vec<Value>, at: CallSite) -> Value {
        self.note_vector_search(path, &arguments);
        if let "scheduler.runAfter" | "scheduler.runAt" = path {
            self.note_dispatch(arguments.get(1));
            self.note_handed_on(arguments.get(2), at.site.place());
            self.emit(EffectKind::Dispatch(Rc::new(DispatchEffect {
                site: at.site,
                method: EcoString::from(path.trim_start_matches("scheduler.")),
                callee: at.callee,
                target: arguments.get(1).cloned().unwrap_or(Value::Undefined),
                options: arguments.get(3).cloned(),
            })));
            return Dependence::of(Origins::CALL).computed();
        }
        // The callbacks of steps, spans and caches run, and what they return is handed back.
        let callback = arguments.iter().rev().find(|value| matches!(value, Value::Closure(_)));
        match callback {
            Some(callback) => self.call_value(&callback.clone(), vec![Value::OPAQUE], None),
            None => Value::EXTERNAL,
        }
    }

    fn builder_step(
        &mut self,
        builder: &BuilderValue,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        let call = ChainCall { name: EcoString::from(name), arguments, site: at.site, callee: at.callee };
        if TERMINALS.contains(&name) {
            let (is_internal, _) = split_root(&builder.root);
            return Value::Registration(Rc::new(RegistrationValue {
                kind: EcoString::from(name),
                is_internal,
                calls: builder.calls.clone(),
                handler: call.arguments.first().cloned().unwrap_or(Value::OPAQUE),
                input: merged_input(&builder.calls),
                convention: Convention::Options,
            }));
        }
        let mut builder = builder.clone();
        if STEPS.contains(&name) {
            builder.calls.push(call);
        }
        Value::Builder(Rc::new(builder))
    }

    fn http_route(
        &mut self,
        builder: &Rc<BuilderValue>,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        if matches!(name, "handler" | "stream") {
            return Value::Registration(Rc::new(RegistrationValue {
                kind: EcoString::from("httpAction"),
                is_internal: false,
                calls: builder.calls.clone(),
                handler: arguments.into_iter().next().unwrap_or(Value::OPAQUE),
                input: Value::Undefined,
                convention: Convention::Options,
            }));
        }
        let mut builder = (**builder).clone();
        builder.calls.push(ChainCall {
            name: EcoString::from(name),
            arguments,
            site: at.site,
            callee: at.callee,
        });
        Value::Builder(Rc::new(builder))
    }

    fn install_plugins(&mut self, schema: &Rc<SchemaValue>, plugins: &Value, at: CallSite) -> Value {
        let Value::Array(plugins) = plugins else {
            return extend(schema, Value::OPAQUE, at);
        };
        let mut extended = Value::Schema(Rc::clone(schema));
        for plugin in &plugins.items {
            if let Value::Schema(schema) = &extended {
                extended = extend(schema, plugin.clone(), at);
            }
        }
        extended
    }
}

fn extend(schema: &Rc<SchemaValue>, extension: Value, at: CallSite) -> Value {
    let mut schema = (**schema).clone();
    schema.calls.push(ChainCall {
        name: EcoString::from("extend"),
        arguments: vec![extension],
        site: at.site,
        callee: at.callee,
    });
    Value::Schema(Rc::new(schema))
}

/// `definePlugin(key, { extension, middleware })`: an object whose `extension` knows the key.
fn plugin(arguments: &[Value]) -> Value {
    let Some(definition) = arguments.iter().find_map(Value::as_object) else {
        return Value::OPAQUE;
    };
    let mut plugin = (**definition).clone();
    let key = arguments.first().filter(|key| key.as_str().is_some()).cloned();
    if let Some(prop) = plugin.props.iter_mut().find(|prop| &*prop.name == "extension")
        && let Value::Object(tables) = &prop.value
    {
        prop.value = Value::Extension(Rc::new(ExtensionValue {
            key: key.unwrap_or(Value::OPAQUE),
            definition: Value::Object(Rc::clone(tables)),
        }));
    }
    Value::object(plugin)
}

/// The builders that `initLunora.create()` returns.
fn builders() -> Value {
    let mut object = ObjectValue { open: true, ..ObjectValue::default() };
    for name in ["query", "mutation", "action", "internalQuery", "internalMutation", "internalAction"] {
        object.set(ObjectProp {
            name: EcoString::from(name),
            value: Value::Lunora(EcoString::from(name)),
            certain: true,
            at: None,
            is_getter: false,
        });
    }
    Value::object(object)
}

/// A builder's root as visibility and kind.
fn split_root(root: &str) -> (bool, &'static str) {
    match root {
        "query" => (false, "query"),
        "mutation" => (false, "mutation"),
        "action" => (false, "action"),
        "stream" => (false, "stream"),
        "internalQuery" => (true, "query"),
        "internalMutation" => (true, "mutation"),
        "internalAction" => (true, "action"),
        _ => (false, "httpAction"),
    }
}

/// The argument validators of all `.input(…)` calls, later ones winning.
fn merged_input(calls: &[ChainCall]) -> Value {
    let mut input = ObjectValue::default();
    for call in calls.iter().filter(|call| &*call.name == "input") {
        if let Some(shape) = call.argument(0) {
            spread_into(&mut input, shape);
        }
    }
    Value::object(input)
}

fn validator(name: &str, arguments: Vec<Value>) -> Value {
    let first = arguments.first();
    let base = ValidatorValue {
        kind: EcoString::from(name),
        is_optional: false,
        is_nullable: false,
        is_unique: false,
        has_default: false,
        maximum: None,
        table: None,
        parts: Vec::new(),
    };
    match (name, first) {
        ("optional", Some(Value::Validator(inner))) => {
            Value::Validator(Rc::new(ValidatorValue { is_optional: true, ..(**inner).clone() }))
        }
        ("optional", _) => Value::Validator(Rc::new(ValidatorValue {
            kind: EcoString::from("unknown"),
            is_optional: true,
            ..base
        })),
        ("id", table) => Value::Validator(Rc::new(ValidatorValue {
            table: table.and_then(Value::as_str).cloned(),
            ..base
        })),
        ("partial", Some(shape)) => partial(shape),
        ("union", _) => union(base, arguments),
        _ => Value::Validator(Rc::new(ValidatorValue { parts: arguments, ..base })),
    }
}

/// A union with `null` is a nullable validator of the rest.
fn union(base: ValidatorValue, arguments: Vec<Value>) -> Value {
    let is_null = |value: &Value| matches!(value, Value::Validator(part) if &*part.kind == "null");
    let rest: Vec<Value> = arguments.iter().filter(|argument| !is_null(argument)).cloned().collect();
    match (rest.len(), arguments.len(), rest.first()) {
        (1, 2.., Some(Value::Validator(only))) => {
            Value::Validator(Rc::new(ValidatorValue { is_nullable: true, ..(**only).clone() }))
        }
        _ => Value::Validator(Rc::new(ValidatorValue {
            is_nullable: rest.len() != arguments.len(),
            parts: arguments,
            ..base
        })),
    }
}

/// `v.partial(shape)`: the same columns, all optional.
fn partial(shape: &Value) -> Value {
    let Value::Object(shape) = shape else {
        return shape.clone();
    };
    let mut optional = (**shape).clone();
    for prop in &mut optional.props {
        if let Value::Validator(validator) = &prop.value {
            prop.value =
                Value::Validator(Rc::new(ValidatorValue { is_optional: true, ..(**validator).clone() }));
        }
    }
    Value::object(optional)
}

/// `.nullable()`, `.max(…)`, … on a validator.
fn refine(validator: &Rc<ValidatorValue>, name: &str, arguments: &[Value]) -> Value {
    let mut refined = (**validator).clone();
    match name {
        "nullable" => refined.is_nullable = true,
        "unique" => refined.is_unique = true,
        "default" | "$defaultFn" | "serverDefault" | "defaultNow" => refined.has_default = true,
        "max" | "length" => {
            if let Some(Value::Number(maximum)) = arguments.first() {
                refined.maximum = Some(*maximum);
            }
        }
        _ => {}
    }
    Value::Validator(Rc::new(refined))
}

fn is_hook(name: &str) -> bool {
    matches!(name, "onConnect" | "onDisconnect" | "onShardInit" | "onQueryChange")
}
