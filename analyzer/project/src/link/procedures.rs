//! Finding everything that the platform calls, and evaluating it.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use ecow::EcoString;
use lunora_facts::{FileId, FunctionId, Pattern, PropKey};
use lunora_source::{FileRole, SourceFile, SourceTree};

use super::paths::{named_fields, table_names};
use super::plans::{
    Arguments, Middleware, Plan, arguments_value, context_kind, declared_kind, handler_arguments, inputs,
    kind_of, middleware_names, owner,
};
use super::relevance::Relevance;
use super::schema::TriggerHandler;
use super::selection::selection;
use crate::access::Target;
use crate::evaluate::Interpreter;
use crate::evaluate::declaration::{ChainCall, Convention, CronsValue, DeclarationValue, RegistrationValue};
use crate::evaluate::effect::ActivationId;
use crate::evaluate::read::Tables;
use crate::evaluate::value::{ContextKind, RowValue, StringValue, Value};
use crate::place::{Part, Place};
use crate::procedure::{Owner, Procedure, ProcedureKind, Visibility};
use crate::project::ModuleOwner;

/// Where a root stands among all roots of a project, whichever thread finds it: files first, then triggers, then what modules
/// registered by calls; within these by file and position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct RootOrder {
    phase: Phase,
    file: FileId,
    position: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Phase {
    Modules,
    Triggers,
    Registries,
}

/// A procedure with the activation that holds what it does.
pub(crate) struct Root {
    pub(crate) order: RootOrder,
    pub(crate) procedure: Arc<Procedure>,
    pub(crate) activation: ActivationId,
    /// The function that is its handler: what it does itself, it does in no helper.
    pub(crate) handler: Option<(FileId, FunctionId)>,
}

/// A job of a cron registry, or another dispatch at the top level of a module.
#[derive(Clone, Debug)]
pub(crate) struct ModuleDispatch {
    pub(crate) place: Place,
    pub(crate) call: Place,
    pub(crate) method: EcoString,
    pub(crate) target: Target,
}

/// Everything that the platform calls, evaluated.
#[derive(Default)]
pub(crate) struct Roots {
    pub(crate) roots: Vec<Root>,
    pub(crate) dispatches: Vec<ModuleDispatch>,
    pub(crate) modules: Vec<ModuleOwner>,
    /// Exports that may be procedures, as far as can be told.
    pub(crate) unreadable_exports: Vec<String>,
}

/// Finds and evaluates the procedures that some files of a project declare.
pub(crate) fn find_roots(
    interpreter: &mut Interpreter<'_>,
    sources: &SourceTree,
    lunora_prefix: &str,
    relevance: &Relevance,
    files: Range<usize>,
    triggers: Vec<TriggerHandler>,
) -> Roots {
    let phase = Phase::Modules;
    let mut finder = Finder {
        interpreter,
        sources,
        lunora_prefix,
        phase,
        middleware: Middleware::default(),
        roots: Roots::default(),
    };
    for file in sources.files[files.clone()].iter().filter(|file| relevance.registers(file.id)) {
        match file.role {
            FileRole::Schema | FileRole::Lunora => {
                let namespace = namespace(&file.relative, lunora_prefix);
                finder.module(file.id, &namespace);
            }
            FileRole::WorkerEntry => finder.worker_entry(file.id, &file.relative),
            FileRole::Helper => {}
        }
    }
    finder.phase = Phase::Triggers;
    for trigger in triggers {
        if files.contains(&trigger.place.file.index()) {
            finder.trigger(trigger);
        }
    }
    finder.phase = Phase::Registries;
    finder.registries(&files);
    finder.roots
}

/// A function that nothing seems to call, evaluated with nothing known of its arguments.
pub(crate) struct DetachedRoot {
    /// The file that declares it.
    pub(crate) file: FileId,
    /// The function, if it is one by itself.
    pub(crate) function: Option<FunctionKey>,
    pub(crate) activation: ActivationId,
}

/// A function of the project.
pub(crate) type FunctionKey = (FileId, FunctionId);

/// Evaluates the functions of some files that no root has reached, each by itself.
pub(crate) fn run_detached(
    interpreter: &mut Interpreter<'_>,
    files: &[&SourceFile],
    is_reached: impl Fn(FunctionKey) -> bool,
) -> Vec<DetachedRoot> {
    let mut roots = Vec::new();
    for file in files {
        let mut functions = Vec::new();
        for value in interpreter.module_bindings(file.id) {
            collect_functions(&value, 0, &mut functions);
        }
        for value in functions {
            let function = match &value {
                Value::Closure(closure) => Some((closure.file, closure.function)),
                _ => None,
            };
            let is_left = function.is_none_or(|key| key.0 == file.id && !is_reached(key));
            if is_left {
                let activation = interpreter.run_detached(file.id, &value);
                roots.push(DetachedRoot { file: file.id, function, activation });
            }
        }
    }
    roots
}

/// Whether a function at the top level of a file has not been reached.
pub(crate) fn has_unreached(file: &SourceFile, is_reached: impl Fn(FunctionKey) -> bool) -> bool {
    let functions = file.facts.program.functions.iter();
    (0..)
        .map(FunctionId::new)
        .zip(functions)
        .any(|(id, function)| function.parent == Some(FunctionId::MODULE) && !is_reached((file.id, id)))
}

/// The namespace of a file's procedures: its path below the Lunora folder, folded.
pub(crate) fn namespace(relative: &str, lunora_prefix: &str) -> String {
    let path = relative.strip_prefix(lunora_prefix).unwrap_or(relative).trim_start_matches('/');
    let path = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let path = path.strip_suffix("/index").unwrap_or(path);
    path.chars().map(|character| if character.is_alphanumeric() { character } else { '_' }).collect()
}

/// What a value names as the target of a dispatch.
pub(crate) fn target(value: &Value) -> Target {
    match value {
        Value::Reference(reference) => Target::Reference {
            is_internal: reference.is_internal,
            path: reference.path.clone(),
            place: reference.site.map(crate::place::Site::place),
        },
        Value::String(key) if key.text.contains(':') => {
            Target::Key { key: key.text.clone(), place: key.place }
        }
        _ => Target::Unknown,
    }
}

struct Finder<'a, 'tree> {
    interpreter: &'a mut Interpreter<'tree>,
    sources: &'a SourceTree,
    lunora_prefix: &'a str,
    phase: Phase,
    middleware: Middleware,
    roots: Roots,
}

impl Finder<'_, '_> {
    fn module(&mut self, file: FileId, namespace: &str) {
        let activation = self.interpreter.run_module(file);
        let place = Place { file, part: Part::Start };
        let mut procedure = blank(format!("module {namespace}"), file, place, ProcedureKind::Module);
        procedure.visibility = Visibility::Internal;
        self.push(procedure, activation, None);
        for (name, value, place) in self.interpreter.own_exports(file) {
            self.export(file, namespace, &name, &value, place);
        }
    }

    fn export(&mut self, file: FileId, namespace: &str, name: &str, value: &Value, place: Place) {
        match value {
            Value::Registration(registration) => {
                let registration = Rc::clone(registration);
                let mut procedure = blank(format!("{namespace}:{name}"), file, place, kind_of(&registration));
                procedure.export_name = Some(EcoString::from(name));
                self.registration(procedure, &registration);
            }
            Value::Array(array) => self.policies(file, namespace, name, &array.items, place),
            Value::Declaration(declaration) if is_policy_list(declaration) => {
                let declaration = Rc::clone(declaration);
                self.policies(file, namespace, name, &declaration.arguments, place);
            }
            Value::Declaration(declaration) if &*declaration.factory == "defineModule" => {
                self.module_owner(file, name, declaration);
            }
            Value::Declaration(declaration) => {
                let declaration = Rc::clone(declaration);
                self.declaration(file, namespace, name, &declaration, place);
            }
            Value::Unknown(_) | Value::OneOf(_) | Value::Data(_) => {
                self.roots.unreadable_exports.push(format!("{namespace}:{name}"));
            }
            _ => {}
        }
    }

    /// Policies in a list: `definePolicies([…])`, `rls([…])`, or a plain array of them.
    fn policies(&mut self, file: FileId, namespace: &str, name: &str, values: &[Value], place: Place) {
        for value in values {
            match value {
                Value::Array(array) => self.policies(file, namespace, name, &array.items, place),
                Value::Declaration(declaration) if &*declaration.factory == "definePolicy" => {
                    let declaration = Rc::clone(declaration);
                    self.declaration(file, namespace, name, &declaration, place);
                }
                _ => {}
            }
        }
    }

    fn module_owner(&mut self, file: FileId, name: &str, declaration: &DeclarationValue) {
        let path = &self.sources.file(file).relative;
        let path = path.strip_prefix(self.lunora_prefix).unwrap_or(path);
        let (Some(folder), "default") = (path.strip_suffix("/module.ts"), name) else {
            return;
        };
        let tables = declaration
            .arguments
            .first()
            .and_then(Value::as_object)
            .and_then(|definition| definition.value("tables"));
        let (names, has_all_tables) = match tables {
            None => (Vec::new(), true),
            Some(Value::Array(tables)) => (
                tables.items.iter().filter_map(Value::as_str).cloned().collect(),
                !tables.open && tables.items.iter().all(|table| table.as_str().is_some()),
            ),
            Some(_) => (Vec::new(), false),
        };
        self.roots.modules.push(ModuleOwner {
            folder: folder.to_owned(),
            tables: table_names(&Tables { names: Rc::new(names), complete: has_all_tables }),
            has_all_tables,
            place: declaration.site.place(),
        });
    }

    fn registration(&mut self, mut procedure: Procedure, registration: &RegistrationValue) {
        if registration.is_internal {
            procedure.visibility = Visibility::Internal;
        }
        self.interpreter.note_registration(&procedure.name, registration);
        let (inputs, has_all_inputs) = inputs(&registration.input);
        procedure.inputs = inputs;
        procedure.has_all_inputs = has_all_inputs;
        procedure.middleware = middleware_names(&registration.calls);
        let kind = context_kind(procedure.kind);
        let arguments = arguments_value(&registration.input);
        let handler = match registration.convention {
            Convention::Options => Arguments::Options { context: kind, arguments },
            Convention::Positional if procedure.kind == ProcedureKind::HttpAction => {
                Arguments::Positional { context: kind, rest: vec![Value::EXTERNAL] }
            }
            Convention::Positional => Arguments::Positional { context: kind, rest: vec![arguments] },
        };
        let middleware = registration
            .calls
            .iter()
            .filter(|call| &*call.name == "use")
            .filter_map(|call| call.argument(0).cloned())
            .collect();
        self.run(Plan { procedure, handlers: vec![(registration.handler.clone(), handler)], middleware });
    }

    fn declaration(
        &mut self,
        file: FileId,
        namespace: &str,
        name: &str,
        declaration: &DeclarationValue,
        place: Place,
    ) {
        let Some(kind) = declared_kind(&declaration.factory) else {
            return;
        };
        let mut procedure = blank(format!("{namespace}:{name}"), file, place, kind);
        procedure.export_name = Some(EcoString::from(name));
        if kind != ProcedureKind::Mutator {
            procedure.visibility = Visibility::Internal;
        }
        let plan = self.declaration_plan(procedure, declaration);
        self.run(plan);
    }

    fn declaration_plan(&mut self, mut procedure: Procedure, declaration: &DeclarationValue) -> Plan {
        let definition = declaration.arguments.iter().rev().find_map(Value::as_object).cloned();
        let part = |name: &str| definition.as_ref().and_then(|definition| definition.value(name)).cloned();
        let context = context_kind(procedure.kind);
        let positional = |rest: Vec<Value>| Arguments::Positional { context, rest };
        let table = part("table").and_then(|table| table.as_str().cloned());
        procedure.table = table.as_ref().map(|table| (table.text.clone(), table.place));
        procedure.owner = owner(definition.as_deref());
        if let Some(columns) = part("columns") {
            procedure.fields = named_fields(&columns);
        }
        let input = part("args").unwrap_or(Value::Undefined);
        let mut handlers = Vec::new();
        match procedure.kind {
            ProcedureKind::Mutator => {
                self.interpreter.note_inputs(&procedure.name, &input);
                let (inputs, has_all_inputs) = inputs(&input);
                procedure.inputs = inputs;
                procedure.has_all_inputs = has_all_inputs;
                let arguments = arguments_value(&input);
                handlers.extend(part("server").map(|server| (server, positional(vec![arguments]))));
            }
            ProcedureKind::Shape => {
                let arguments = arguments_value(&input);
                handlers.extend(part("where").map(|test| (test, positional(vec![arguments]))));
            }
            ProcedureKind::Migration => {
                let row = self.row_of(declaration, table.as_ref());
                for name in ["up", "down"] {
                    let context = crate::evaluate::context(context);
                    let arguments = Arguments::Plain(vec![row.clone(), context]);
                    handlers.extend(part(name).map(|step| (step, arguments)));
                }
            }
            ProcedureKind::Lifecycle => {
                handlers.extend(
                    declaration.arguments.first().cloned().map(|hook| (hook, positional(Vec::new()))),
                );
            }
            ProcedureKind::Reactor => {
                for callback in declaration.arguments.iter().take(2) {
                    handlers.push((callback.clone(), positional(vec![Value::OPAQUE])));
                }
            }
            ProcedureKind::Policy => {
                handlers.extend(part("when").map(|when| (when, positional(vec![Value::OPAQUE]))));
            }
            _ => {
                if let Some(handler) = part("handler") {
                    let arguments = if self.takes_options(&handler) {
                        Arguments::Options { context, arguments: Value::OPAQUE }
                    } else {
                        positional(vec![Value::OPAQUE, Value::OPAQUE])
                    };
                    handlers.push((handler, arguments));
                }
            }
        }
        Plan { procedure, handlers, middleware: Vec::new() }
    }

    fn trigger(&mut self, trigger: TriggerHandler) {
        let name = format!("trigger {}.{}", trigger.table, trigger.name);
        let mut procedure = blank(name, trigger.place.file, trigger.place, ProcedureKind::Trigger);
        procedure.visibility = Visibility::Internal;
        let event = self.interpreter.trigger_event(&trigger.table, procedure.file);
        procedure.table = Some((EcoString::from(trigger.table), None));
        let arguments = Arguments::Positional { context: ContextKind::Trigger, rest: vec![event] };
        self.run(Plan { procedure, handlers: vec![(trigger.handler, arguments)], middleware: Vec::new() });
    }

    /// Default exports of the worker's entry are called by the platform.
    fn worker_entry(&mut self, file: FileId, relative: &str) {
        let activation = self.interpreter.run_module(file);
        let place = Place { file, part: Part::Start };
        let mut procedure = blank(format!("worker {relative}"), file, place, ProcedureKind::Module);
        procedure.visibility = Visibility::Internal;
        self.push(procedure.clone(), activation, None);
        if let Some(value) = self.interpreter.export(file, "default") {
            let activation = self.interpreter.run_detached(file, &value);
            self.push(procedure, activation, None);
        }
    }

    /// Cron jobs and http routes, which are added by calls.
    fn registries(&mut self, files: &Range<usize>) {
        let registries: Vec<(Rc<CronsValue>, FileId)> = self.interpreter.registries().to_vec();
        for (registry, _) in registries {
            let jobs = registry.jobs.borrow().clone();
            for job in jobs {
                let file = job.site.file;
                if !files.contains(&file.index()) {
                    continue;
                }
                if &*registry.factory == "cronJobs" {
                    self.cron(&job);
                } else {
                    let namespace = namespace(&self.sources.file(file).relative, self.lunora_prefix);
                    self.route(file, &namespace, &job);
                }
            }
        }
    }

    fn cron(&mut self, job: &ChainCall) {
        let place = job.site.place();
        if let Some(value) = job.argument(2) {
            self.roots.dispatches.push(ModuleDispatch {
                place,
                call: job.site.method_call(job.callee),
                method: EcoString::inline("cron"),
                target: target(value),
            });
        }
    }

    fn route(&mut self, file: FileId, namespace: &str, call: &ChainCall) {
        let path = call.argument(0).and_then(Value::as_str).map(|path| path.text.to_string());
        let name =
            format!("{namespace} {} {}", call.name.to_uppercase(), path.unwrap_or_else(|| "*".to_owned()));
        for argument in &call.arguments {
            let procedure = blank(name.clone(), file, call.site.place(), ProcedureKind::HttpAction);
            match argument {
                Value::Registration(registration) => {
                    let registration = Rc::clone(registration);
                    self.registration(procedure, &registration);
                }
                Value::Closure(_) => self.run(Plan {
                    procedure,
                    handlers: vec![(argument.clone(), Arguments::Plain(vec![Value::EXTERNAL]))],
                    middleware: Vec::new(),
                }),
                _ => {}
            }
        }
    }

    fn run(&mut self, plan: Plan) {
        let file = plan.procedure.file;
        let handler = plan.handlers.iter().find_map(|(handler, _)| match handler {
            Value::Closure(closure) => Some((closure.file, closure.function)),
            _ => None,
        });
        let kind = context_kind(plan.procedure.kind);
        let mut procedure = plan.procedure;
        let middleware = &mut self.middleware;
        let (activation, results) = self.interpreter.run_root(file, |interpreter| {
            let additions = middleware.additions(interpreter, kind, &plan.middleware);
            let call = |(handler, arguments): (Value, Arguments)| {
                let arguments = handler_arguments(arguments, &additions);
                interpreter.call_predicate(&handler, arguments)
            };
            plan.handlers.into_iter().map(call).collect::<Vec<_>>()
        });
        self.interpreter.note_results(&procedure, results.iter().map(|(result, _)| result.clone()));
        // The predicate of a shape or a policy returns a `where` over its table.
        if matches!(procedure.kind, ProcedureKind::Shape | ProcedureKind::Policy) {
            for (result, exits) in &results {
                let selection = selection(Some(result), &mut Vec::new());
                procedure.fields.extend(selection.fields);
                procedure.exits.extend(exits.iter().map(super::exits::predicate_exit));
            }
        }
        self.push(procedure, activation, handler);
    }

    fn push(
        &mut self,
        procedure: Procedure,
        activation: ActivationId,
        handler: Option<(FileId, FunctionId)>,
    ) {
        let position = u32::try_from(self.roots.roots.len()).unwrap_or(u32::MAX);
        let order = RootOrder { phase: self.phase, file: procedure.file, position };
        self.roots.roots.push(Root { order, procedure: Arc::new(procedure), activation, handler });
    }

    fn takes_options(&self, handler: &Value) -> bool {
        let Value::Closure(closure) = handler else {
            return false;
        };
        let program = self.interpreter.program(closure.file);
        let function = program.function(closure.function);
        let Some(parameter) = program.parameters_of(function).first() else {
            return false;
        };
        let Pattern::Object { properties, .. } = program.pattern(parameter.pattern) else {
            return false;
        };
        program.pattern_props[properties.range()]
            .iter()
            .any(|property| matches!(property.key, PropKey::Name(name) if program.text(name) == "ctx"))
    }

    fn row_of(&self, declaration: &DeclarationValue, table: Option<&StringValue>) -> Value {
        let tables = table.cloned().map_or_else(Tables::unknown, Tables::named);
        Value::Row(Rc::new(RowValue { key: declaration.site, tables, loop_token: None }))
    }
}

fn is_policy_list(declaration: &DeclarationValue) -> bool {
    matches!(&*declaration.factory, "definePolicies" | "rls")
}

fn collect_functions(value: &Value, depth: u32, found: &mut Vec<Value>) {
    match value {
        Value::Closure(_) => found.push(value.clone()),
        Value::Object(object) if depth < 3 && object.class.is_none() => {
            for prop in &object.props {
                collect_functions(&prop.value, depth + 1, found);
            }
        }
        Value::Array(array) if depth < 3 => {
            for item in &array.items {
                collect_functions(item, depth + 1, found);
            }
        }
        // Registered ones have been evaluated; the others' writes still count.
        Value::Registration(registration) => found.push(registration.handler.clone()),
        _ => {}
    }
}

fn blank(name: impl Into<EcoString>, file: FileId, place: Place, kind: ProcedureKind) -> Procedure {
    Procedure {
        name: name.into(),
        export_name: None,
        file,
        place,
        kind,
        visibility: Visibility::Public,
        inputs: Vec::new(),
        has_all_inputs: false,
        middleware: Vec::new(),
        table: None,
        uses_identity: false,
        asks_for_permission: false,
        exits: Vec::new(),
        owner: Owner::Absent,
        fields: Vec::new(),
    }
}
