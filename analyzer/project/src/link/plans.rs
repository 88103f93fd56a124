//! How a procedure is run: its middleware, what its handlers are called with, what its definition says.

use std::rc::Rc;

use ecow::EcoString;

use crate::evaluate::Interpreter;
use crate::evaluate::declaration::{ChainCall, RegistrationValue, ValidatorValue};
use crate::evaluate::effect::ActivationId;
use crate::evaluate::origin::Data;
use crate::evaluate::value::{ContextKind, ContextValue, ObjectProp, ObjectValue, Value};
use crate::procedure::{Input, Owner, Procedure, ProcedureKind};

/// What a root needs beside its handler.
pub(super) struct Plan {
    pub(super) procedure: Procedure,
    pub(super) handlers: Vec<(Value, Arguments)>,
    pub(super) middleware: Vec<Value>,
}

/// What a handler is called with.
pub(super) enum Arguments {
    /// `({ ctx, args })`.
    Options { context: ContextKind, arguments: Value },
    /// `(ctx, …)`.
    Positional { context: ContextKind, rest: Vec<Value> },
    /// `(…)`, as they are.
    Plain(Vec<Value>),
}

/// What the middleware of builders adds to the context; run once a builder and kind, however many procedures it makes.
#[derive(Default)]
pub(super) struct Middleware {
    known: Vec<Ran>,
}

/// Middleware that has run.
struct Ran {
    kind: ContextKind,
    steps: Vec<Value>,
    activation: ActivationId,
    additions: Rc<ObjectValue>,
}

impl Middleware {
    /// Runs the middleware of a builder as a part of what is being evaluated, and returns what it adds to the context.
    pub(super) fn additions(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        kind: ContextKind,
        steps: &[Value],
    ) -> Rc<ObjectValue> {
        if steps.is_empty() {
            return Rc::default();
        }
        let position = self.known.iter().position(|ran| ran.kind == kind && ran.steps == steps);
        let position = position.unwrap_or_else(|| {
            let file = interpreter.current_file();
            let (activation, additions) =
                interpreter.run_root(file, |interpreter| run_middleware(interpreter, kind, steps));
            self.known.push(Ran { kind, steps: steps.to_vec(), activation, additions });
            self.known.len() - 1
        });
        let ran = &self.known[position];
        interpreter.include(ran.activation);
        Rc::clone(&ran.additions)
    }
}

/// Runs the middleware of a builder and gathers what it adds to the context.
fn run_middleware(
    interpreter: &mut Interpreter<'_>,
    kind: ContextKind,
    middleware: &[Value],
) -> Rc<ObjectValue> {
    let mut additions = ObjectValue::default();
    for step in middleware {
        let context = Value::Context(Rc::new(ContextValue { kind, additions: Rc::new(additions.clone()) }));
        let options = object([
            ("ctx", context),
            ("next", Value::Lunora(EcoString::from("next"))),
            ("args", Value::OPAQUE),
        ]);
        let result = interpreter.call_value(step, vec![options], None);
        for value in result.alternatives() {
            match value {
                Value::Next(added) => crate::evaluate::spread_into(&mut additions, added),
                Value::Undefined | Value::Null => {}
                _ => additions.open = true,
            }
        }
    }
    Rc::new(additions)
}

pub(super) fn handler_arguments(arguments: Arguments, additions: &Rc<ObjectValue>) -> Vec<Value> {
    let context = |kind| Value::Context(Rc::new(ContextValue { kind, additions: Rc::clone(additions) }));
    match arguments {
        Arguments::Options { context: kind, arguments } => {
            let mut options = ObjectValue { open: true, ..ObjectValue::default() };
            if let Value::Object(known) = object([
                ("ctx", context(kind)),
                ("args", arguments),
                ("step", Value::Service(EcoString::from("step"))),
            ]) {
                options.props.clone_from(&known.props);
            }
            vec![Value::object(options)]
        }
        Arguments::Positional { context: kind, mut rest } => {
            rest.insert(0, context(kind));
            rest
        }
        Arguments::Plain(arguments) => arguments,
    }
}

fn object<const N: usize>(props: [(&str, Value); N]) -> Value {
    let mut object = ObjectValue::default();
    for (name, value) in props {
        object.set(ObjectProp {
            name: EcoString::from(name),
            value,
            certain: true,
            at: None,
            is_getter: false,
        });
    }
    Value::object(object)
}

/// `args` with the validators of its parts.
pub(super) fn arguments_value(input: &Value) -> Value {
    let validator = match input {
        Value::Object(_) => Some(Rc::new(ValidatorValue {
            kind: EcoString::from("object"),
            is_optional: false,
            is_nullable: false,
            is_unique: false,
            has_default: false,
            maximum: None,
            table: None,
            parts: vec![input.clone()],
        })),
        // `args: v.object({ … })`.
        Value::Validator(validator) => Some(Rc::clone(validator)),
        _ => None,
    };
    Value::data(Data::Argument { path: Vec::new(), validator, loop_token: None })
}

pub(super) fn inputs(input: &Value) -> (Vec<Input>, bool) {
    let shape = match input {
        Value::Object(shape) => Some(Rc::clone(shape)),
        Value::Validator(validator) => validator.parts.first().and_then(Value::as_object).cloned(),
        Value::Undefined => return (Vec::new(), true),
        _ => None,
    };
    let Some(shape) = shape else {
        return (Vec::new(), false);
    };
    let inputs = shape
        .props
        .iter()
        .map(|prop| {
            let validator = match &prop.value {
                Value::Validator(validator) => Some(validator),
                _ => None,
            };
            Input {
                name: prop.name.clone(),
                kind: validator.map(|validator| validator.kind.clone()),
                is_optional: !prop.certain || validator.is_some_and(|validator| validator.is_optional),
                table: validator
                    .and_then(|validator| validator.table.as_ref())
                    .map(|table| table.text.clone()),
            }
        })
        .collect();
    (inputs, !shape.open)
}

/// What a definition says of its owner.
pub(super) fn owner(definition: Option<&ObjectValue>) -> Owner {
    let Some(definition) = definition else {
        return Owner::Unknown;
    };
    match definition.get("owner") {
        None if definition.open => Owner::Unknown,
        None => Owner::Absent,
        Some(prop) if !prop.certain => Owner::Unknown,
        Some(prop) => match &prop.value {
            Value::Undefined | Value::Bool(false) => Owner::Absent,
            Value::Bool(true) => Owner::OfTable,
            Value::String(column) => Owner::Column(column.text.clone(), column.place),
            _ => Owner::Unknown,
        },
    }
}

pub(super) fn middleware_names(calls: &[ChainCall]) -> Vec<EcoString> {
    calls
        .iter()
        .filter(|call| &*call.name == "use")
        .map(|call| match call.argument(0) {
            Some(Value::Declaration(declaration)) => declaration.factory.clone(),
            _ => EcoString::inline("middleware"),
        })
        .collect()
}

pub(super) fn kind_of(registration: &RegistrationValue) -> ProcedureKind {
    match &*registration.kind {
        "query" => ProcedureKind::Query,
        "mutation" => ProcedureKind::Mutation,
        "action" => ProcedureKind::Action,
        "stream" => ProcedureKind::Stream,
        _ => ProcedureKind::HttpAction,
    }
}

pub(super) fn declared_kind(factory: &str) -> Option<ProcedureKind> {
    Some(match factory {
        "defineMutator" => ProcedureKind::Mutator,
        "defineShape" => ProcedureKind::Shape,
        "defineMigration" => ProcedureKind::Migration,
        "onConnect" | "onDisconnect" | "onShardInit" => ProcedureKind::Lifecycle,
        "onQueryChange" => ProcedureKind::Reactor,
        "defineWorkflow" => ProcedureKind::Workflow,
        "defineQueue" | "defineSubscription" => ProcedureKind::Queue,
        "defineAgent" => ProcedureKind::Agent,
        "definePolicy" => ProcedureKind::Policy,
        _ => return None,
    })
}

pub(super) fn context_kind(kind: ProcedureKind) -> ContextKind {
    match kind {
        ProcedureKind::Query | ProcedureKind::Stream | ProcedureKind::Shape | ProcedureKind::Policy => {
            ContextKind::Query
        }
        ProcedureKind::HttpAction => ContextKind::Http,
        ProcedureKind::Action | ProcedureKind::Workflow | ProcedureKind::Queue | ProcedureKind::Agent => {
            ContextKind::Action
        }
        ProcedureKind::Trigger | ProcedureKind::Migration => ContextKind::Trigger,
        _ => ContextKind::Mutation,
    }
}
