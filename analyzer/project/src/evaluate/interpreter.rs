//! The abstract interpreter: state, modules and variables.
//!
//! A function is evaluated once for each set of abstract arguments that it is called with; the result, an [`Activation`] and a
//! return value, is its summary in that calling context and is reused. A call of a function that is being evaluated already
//! (recursion, direct or through others) records the edge and yields an opaque value, so the strongly connected components of the
//! call graph are closed without unfolding them.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use ecow::EcoString;
use lunora_facts::{
    BindingId, BindingKind, Export, ExprId, FileId, FunctionId, ImportName, Name, NameUses, Program, Stmt,
    StmtId,
};
use lunora_source::{GeneratedModule, Module, SourceFile, SourceTree};
use rustc_hash::{FxHashMap, FxHashSet};

use super::effect::{Activation, ActivationId, Effect, EffectKind, Loop, LoopOver};
use super::frame::Frame;
use super::predicate_exits::ExitLog;
use super::schema_view::SchemaView;
use super::test::Test;
use super::value::{ClassValue, Closure, ReferenceValue, StringValue, Value};
use crate::place::{Place, Site};

/// How many function bodies may be evaluated before evaluation stops refining: for each function of the files that are evaluated for
/// their own sake, and for whatever else these need. It depends on nothing else, so that no other file can change what these do.
const EVALUATIONS_PER_FUNCTION: usize = 24;
const EVALUATIONS_ELSEWHERE: usize = 20_000;

/// Evaluates functions and modules of one project.
pub(crate) struct Interpreter<'tree> {
    pub(super) tree: &'tree SourceTree,
    /// The modules that anything was asked of.
    modules: FxHashMap<FileId, ModuleState>,
    /// Files that an import led to, whether or not anything was asked of them then.
    imported: RefCell<FxHashSet<FileId>>,
    /// Finished and running activations.
    pub(super) activations: Vec<Activation>,
    pub(super) memo: FxHashMap<(FileId, FunctionId), Vec<MemoEntry>>,
    /// The functions that are being evaluated, innermost last.
    pub(super) stack: Vec<(FileId, FunctionId)>,
    pub(super) state: ExecutionState,
    pub(super) next_token: u32,
    /// How many more function bodies may be evaluated.
    pub(super) fuel: usize,
    /// Columns read off rows while a comparison function is being evaluated.
    pub(super) column_log: Option<Vec<(u32, Vec<EcoString>)>>,
    /// The ways out of a predicate, while one is being evaluated for them.
    pub(super) exit_log: Option<ExitLog>,
    /// The schema, once it is known.
    pub(crate) schema: Option<&'tree SchemaView<'tree>>,
    /// The tables that `v.id(…)` names, wherever it is called.
    pub(crate) id_tables: Vec<StringValue>,
    /// Registries that modules fill by calls: crons, http routers.
    pub(super) registries: Vec<(Rc<super::declaration::CronsValue>, FileId)>,
    /// What names tables and columns, in a recording run.
    pub(super) recorder: Option<Box<super::recorder::Recorder>>,
    /// Frames of functions that something still held when their call had ended.
    captured: Vec<Weak<Frame>>,
}

/// A summary, or the mark that it is being computed.
pub(super) struct MemoEntry {
    pub(super) this: Option<Value>,
    pub(super) arguments: Vec<Value>,
    pub(super) activation: ActivationId,
    pub(super) result: Option<Value>,
}

/// What changes as evaluation enters functions, loops and branches.
#[derive(Default)]
pub(super) struct ExecutionState {
    pub(super) activation: Option<ActivationId>,
    pub(super) loops: Rc<Vec<Loop>>,
    /// Old values of variables that were assigned within a branch.
    pub(super) undo: Vec<(Rc<Frame>, BindingId, Option<Value>)>,
    pub(super) branch_depth: u32,
    /// How many conditions and loops stand around what is being evaluated.
    pub(super) condition_depth: u32,
    /// How many `if`s wait for what follows them in their block.
    pub(super) open_ifs: u32,
    /// The conditions that hold where evaluation stands, outermost first.
    pub(super) path: Vec<Test>,
    /// Largest numbers that values can be, learnt from guards that leave the function.
    pub(super) maxima: Vec<(Value, f64)>,
}

#[derive(Default)]
struct ModuleState {
    frame: Option<Rc<Frame>>,
    executed: FxHashSet<StmtId>,
    exports: FxHashMap<EcoString, Value>,
    pending_exports: FxHashSet<EcoString>,
    activation: Option<ActivationId>,
    has_run: bool,
}

impl<'tree> Interpreter<'tree> {
    /// An interpreter for the sake of some files.
    pub(crate) fn new(tree: &'tree SourceTree, own: impl Iterator<Item = &'tree SourceFile>) -> Self {
        let functions: usize = own.map(|file| file.facts.program.functions.len()).sum();
        Self {
            tree,
            modules: FxHashMap::default(),
            imported: RefCell::default(),
            activations: Vec::new(),
            memo: FxHashMap::default(),
            stack: Vec::new(),
            state: ExecutionState::default(),
            next_token: 0,
            fuel: functions * EVALUATIONS_PER_FUNCTION + EVALUATIONS_ELSEWHERE,
            column_log: None,
            exit_log: None,
            schema: None,
            id_tables: Vec::new(),
            registries: Vec::new(),
            recorder: None,
            captured: Vec::new(),
        }
    }

    /// The activations that were evaluated, by id.
    pub(crate) fn activations(&self) -> &[Activation] {
        &self.activations
    }

    /// The registries that modules filled, with the file that made each.
    pub(crate) fn registries(&self) -> &[(Rc<super::declaration::CronsValue>, FileId)] {
        &self.registries
    }

    /// The files whose content had a part in what was evaluated, sorted.
    pub(crate) fn consulted(&self) -> Vec<FileId> {
        let mut files: Vec<FileId> = self.modules.keys().copied().collect();
        files.extend(self.imported.borrow().iter());
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The functions that have been evaluated.
    pub(crate) fn evaluated(&self) -> impl Iterator<Item = (FileId, FunctionId)> {
        self.memo.keys().copied()
    }

    /// Evaluates all top-level statements of a module and returns the activation that holds their effects.
    pub(crate) fn run_module(&mut self, file: FileId) -> ActivationId {
        let activation = self.module_activation(file);
        if std::mem::replace(&mut self.module_state(file).has_run, true) {
            return activation;
        }
        let program = self.program(file);
        if program.functions.is_empty() {
            return activation;
        }
        let frame = self.module_frame(file);
        let body = program.function(FunctionId::MODULE).body;
        self.in_module(file, |interpreter| {
            for stmt in program.block(body) {
                interpreter.execute_module_statement(&frame, *stmt);
            }
        });
        activation
    }

    /// Evaluates something as a root of its own and returns the activation that holds its effects.
    pub(crate) fn run_root<T>(
        &mut self,
        file: FileId,
        evaluate: impl FnOnce(&mut Self) -> T,
    ) -> (ActivationId, T) {
        let activation = self.new_activation(file, FunctionId::MODULE);
        let state = ExecutionState { activation: Some(activation), ..ExecutionState::default() };
        let outer = std::mem::replace(&mut self.state, state);
        let result = evaluate(self);
        self.state = outer;
        (activation, result)
    }

    /// The file of the function that is being evaluated.
    pub(crate) fn current_file(&self) -> FileId {
        let activation = self.state.activation.and_then(|id| self.activations.get(id.0 as usize));
        activation.map_or(FileId(0), |activation| activation.file)
    }

    /// Makes what an activation did a part of what is being evaluated.
    pub(crate) fn include(&mut self, activation: ActivationId) {
        let site = Site { file: self.current_file(), expr: ExprId::new(u32::MAX) };
        self.emit(EffectKind::Call { activation, site });
    }

    /// The functions below a value, evaluated with nothing known of their arguments.
    pub(crate) fn run_detached(&mut self, file: FileId, value: &Value) -> ActivationId {
        self.run_root(file, |interpreter| interpreter.escape(std::slice::from_ref(value))).0
    }

    /// The values of the names at a module's top level, in source order.
    pub(crate) fn module_bindings(&mut self, file: FileId) -> Vec<Value> {
        let program = self.program(file);
        let mut values = Vec::new();
        for (index, binding) in program.bindings.iter().enumerate() {
            let is_value = matches!(
                binding.kind,
                BindingKind::Variable(Some(_)) | BindingKind::Function(_) | BindingKind::Class(_)
            );
            if is_value && binding.function == FunctionId::MODULE {
                let id = BindingId::new(u32::try_from(index).unwrap_or(u32::MAX));
                values.push(self.module_binding(file, id));
            }
        }
        values
    }

    /// The value that a module exports under a name.
    pub(crate) fn export(&mut self, file: FileId, name: &str) -> Option<Value> {
        if let Some(value) = self.module_state(file).exports.get(name) {
            return Some(value.clone());
        }
        let name: EcoString = EcoString::from(name);
        if !self.module_state(file).pending_exports.insert(name.clone()) {
            return None;
        }
        let value = self.find_export(file, &name);
        let module = self.module_state(file);
        module.pending_exports.remove(&name);
        if let Some(value) = &value {
            module.exports.insert(name, value.clone());
        }
        value
    }

    /// The names that a module itself registers: exports of its own bindings and its default.
    pub(crate) fn own_exports(&mut self, file: FileId) -> Vec<(EcoString, Value, Place)> {
        let program = self.program(file);
        let mut found = Vec::new();
        for export in &program.exports {
            match export {
                Export::Binding { exported, binding, is_type: false } => {
                    if matches!(program.binding(*binding).kind, BindingKind::Import(_)) {
                        continue;
                    }
                    let value = self.module_binding(file, *binding);
                    let place = Place { file, part: crate::place::Part::Binding(*binding) };
                    found.push((EcoString::from(program.text(*exported)), value, place));
                }
                Export::Default(expr) => {
                    if let Some(value) = self.export(file, "default") {
                        found.push((EcoString::from("default"), value, Site { file, expr: *expr }.place()));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// The value of a name at the top level of a module.
    pub(crate) fn module_binding(&mut self, file: FileId, binding: BindingId) -> Value {
        let frame = self.module_frame(file);
        if let Some(value) = frame.get(binding) {
            return value;
        }
        let program = self.program(file);
        match program.binding(binding).kind {
            BindingKind::Variable(Some(stmt)) => {
                self.in_module(file, |interpreter| {
                    interpreter.execute_module_statement(&frame, stmt);
                });
                frame.get(binding).unwrap_or(Value::OPAQUE)
            }
            BindingKind::Function(function) => {
                let value =
                    Value::Closure(Rc::new(Closure { file, function, frame: Rc::clone(&frame), this: None }));
                frame.set(binding, value.clone());
                value
            }
            BindingKind::Class(class) => {
                let value = Value::Class(Rc::new(ClassValue { file, class, frame: Rc::clone(&frame) }));
                frame.set(binding, value.clone());
                value
            }
            BindingKind::Import(import) => {
                let value = self.import(file, import as usize);
                frame.set(binding, value.clone());
                value
            }
            BindingKind::Enum(expr) => {
                let value = self.in_module(file, |interpreter| interpreter.eval(&frame, expr));
                frame.set(binding, value.clone());
                value
            }
            BindingKind::Other => Value::EXTERNAL,
            _ => Value::OPAQUE,
        }
    }

    /// The program of a file; it outlives the borrow of the interpreter, so that evaluation may change state while reading it.
    pub(crate) fn program(&self, file: FileId) -> &'tree Program {
        &self.tree.files[file.index()].facts.program
    }

    /// Where the names of a file are used.
    pub(crate) fn names(&self, file: FileId) -> &'tree NameUses {
        self.tree.files[file.index()].facts.names()
    }

    /// A name of a file.
    pub(super) fn text(&self, file: FileId, name: Name) -> EcoString {
        EcoString::from(self.program(file).text(name))
    }

    pub(crate) fn module_frame(&mut self, file: FileId) -> Rc<Frame> {
        let bindings = self.program(file).bindings.len();
        let frame = &mut self.module_state(file).frame;
        Rc::clone(frame.get_or_insert_with(|| Frame::of_module(file, bindings)))
    }

    /// Remembers a frame whose call has ended, if functions made in it live on.
    pub(super) fn end_of_call(&mut self, frame: &Rc<Frame>) {
        if Rc::strong_count(frame) > 1 {
            self.captured.push(Rc::downgrade(frame));
        }
    }

    /// The value of a variable as seen from a frame.
    pub(super) fn variable(&mut self, frame: &Rc<Frame>, binding: BindingId) -> Value {
        let program = self.program(frame.file);
        let owner = program.binding(binding).function;
        if owner == FunctionId::MODULE {
            return match frame.of_function(FunctionId::MODULE).and_then(|module| module.get(binding)) {
                Some(value) => value,
                None => self.module_binding(frame.file, binding),
            };
        }
        let Some(owner) = frame.of_function(owner) else {
            return Value::OPAQUE;
        };
        if let Some(value) = owner.get(binding) {
            return value;
        }
        match program.binding(binding).kind {
            BindingKind::Function(function) => {
                Value::Closure(Rc::new(Closure { file: frame.file, function, frame: owner, this: None }))
            }
            BindingKind::Variable(_) => Value::Undefined,
            _ => Value::OPAQUE,
        }
    }

    /// Sets a variable; within a branch, the old value is remembered.
    pub(super) fn assign(&mut self, frame: &Rc<Frame>, binding: BindingId, value: Value) {
        let owner = self.program(frame.file).binding(binding).function;
        let Some(owner) = frame.of_function(owner) else {
            return;
        };
        let old = owner.set(binding, value);
        if self.state.branch_depth > 0 {
            self.state.undo.push((owner, binding, old));
        }
    }

    /// Records an effect of the function that is being evaluated.
    pub(super) fn emit(&mut self, kind: EffectKind) {
        let Some(activation) = self.state.activation else {
            return;
        };
        let loops = Rc::clone(&self.state.loops);
        let is_conditional = self.state.condition_depth > 0 || !loops.is_empty();
        self.activations[activation.0 as usize].effects.push(Effect { kind, loops, is_conditional });
    }

    pub(super) fn new_activation(&mut self, file: FileId, function: FunctionId) -> ActivationId {
        let id = ActivationId(u32::try_from(self.activations.len()).unwrap_or(u32::MAX));
        self.activations.push(Activation { file, function, effects: Vec::new() });
        id
    }

    /// Evaluates something within a loop whose element is identified by the token that it is given.
    pub(super) fn in_loop<T>(
        &mut self,
        token: u32,
        over: LoopOver,
        place: Place,
        evaluate: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = Rc::clone(&self.state.loops);
        let mut loops = (*outer).clone();
        loops.push(Loop { token, over, place });
        self.state.loops = Rc::new(loops);
        let result = evaluate(self);
        self.state.loops = outer;
        result
    }

    pub(super) fn new_token(&mut self) -> u32 {
        self.next_token += 1;
        self.next_token
    }

    fn module_activation(&mut self, file: FileId) -> ActivationId {
        if let Some(activation) = self.module_state(file).activation {
            return activation;
        }
        let activation = self.new_activation(file, FunctionId::MODULE);
        self.module_state(file).activation = Some(activation);
        activation
    }

    /// Evaluates something as part of a module's body, whatever is being evaluated now.
    fn in_module<T>(&mut self, file: FileId, evaluate: impl FnOnce(&mut Self) -> T) -> T {
        let activation = self.module_activation(file);
        let state = ExecutionState { activation: Some(activation), ..ExecutionState::default() };
        let outer = std::mem::replace(&mut self.state, state);
        let log = self.column_log.take();
        let result = evaluate(self);
        self.state = outer;
        self.column_log = log;
        result
    }

    fn execute_module_statement(&mut self, frame: &Rc<Frame>, stmt: StmtId) {
        if !self.module_state(frame.file).executed.insert(stmt) {
            return;
        }
        let program = self.program(frame.file);
        if !matches!(program.stmt(stmt), Stmt::Function(_) | Stmt::Class(_)) {
            self.execute(frame, stmt);
        }
    }

    fn find_export(&mut self, file: FileId, name: &str) -> Option<Value> {
        let program = self.program(file);
        for export in &program.exports {
            match export {
                Export::Binding { exported, binding, .. } if program.text(*exported) == name => {
                    return Some(self.module_binding(file, *binding));
                }
                Export::Default(expr) if name == "default" => {
                    let frame = self.module_frame(file);
                    return Some(self.in_module(file, |interpreter| interpreter.eval(&frame, *expr)));
                }
                Export::From { exported, imported, specifier, .. } if program.text(*exported) == name => {
                    let imported: EcoString = EcoString::from(program.text(*imported));
                    return Some(self.module_export(file, *specifier, &imported));
                }
                Export::NamespaceFrom { exported, specifier } if program.text(*exported) == name => {
                    return Some(self.namespace(file, *specifier));
                }
                _ => {}
            }
        }
        if name == "default" {
            return None;
        }
        for export in &program.exports {
            if let Export::StarFrom { specifier } = export {
                if let Some(Module::File(target)) = self.module(file, *specifier) {
                    if let Some(value) = self.export(target, name) {
                        return Some(value);
                    }
                } else {
                    let value = self.module_export(file, *specifier, name);
                    if !value.is_unknown() {
                        return Some(value);
                    }
                }
            }
        }
        None
    }

    fn import(&mut self, file: FileId, import: usize) -> Value {
        let program = self.program(file);
        let import = &program.imports[import];
        match import.what {
            ImportName::Named(name) => {
                let name: EcoString = EcoString::from(program.text(name));
                self.module_export(file, import.specifier, &name)
            }
            ImportName::Namespace => self.namespace(file, import.specifier),
            ImportName::SideEffect => Value::Undefined,
        }
    }

    pub(super) fn namespace(&mut self, file: FileId, specifier: Name) -> Value {
        match self.module(file, specifier) {
            Some(Module::File(target)) => Value::Module(target),
            Some(Module::Lunora(_) | Module::Generated(_)) => Value::LunoraModule,
            Some(Module::External(_)) => Value::EXTERNAL,
            Some(Module::Unresolved) | None => Value::OPAQUE,
        }
    }

    /// What a module that is named by a specifier exports under a name.
    fn module_export(&mut self, file: FileId, specifier: Name, name: &str) -> Value {
        match self.module(file, specifier) {
            Some(Module::File(target)) => self.export(target, name).unwrap_or(Value::OPAQUE),
            Some(Module::Generated(GeneratedModule::Api | GeneratedModule::Internal))
                if matches!(name, "api" | "internal") =>
            {
                lunora_reference(name)
            }
            Some(Module::Lunora(_) | Module::Generated(_)) => lunora_export(name),
            Some(Module::External(package)) => external_export(&package, name),
            Some(Module::Unresolved) | None => Value::OPAQUE,
        }
    }

    pub(super) fn module(&self, file: FileId, specifier: Name) -> Option<Module> {
        let module = self.tree.files[file.index()].modules.get(&specifier).cloned();
        if let Some(Module::File(target)) = module {
            self.imported.borrow_mut().insert(target);
        }
        module
    }

    fn module_state(&mut self, file: FileId) -> &mut ModuleState {
        self.modules.entry(file).or_default()
    }
}

/// Undoes the rings of functions and frames that hold each other, which counting references would never free.
impl Drop for Interpreter<'_> {
    fn drop(&mut self) {
        let modules = self.modules.values().filter_map(|module| module.frame.as_deref());
        modules.for_each(Frame::clear);
        let captured = self.captured.iter().filter_map(Weak::upgrade);
        captured.for_each(|frame| frame.clear());
    }
}

/// An export of one of Lunora's modules.
pub(super) fn lunora_export(name: &str) -> Value {
    match name {
        "api" | "internal" => lunora_reference(name),
        name => Value::Lunora(EcoString::from(name)),
    }
}

/// An export of a package that is not part of the project: known only if it makes random values.
fn external_export(package: &str, name: &str) -> Value {
    match (package.trim_start_matches("node:"), name) {
        ("nanoid" | "uuid" | "ulid" | "ulidx" | "cuid" | "@paralleldrive/cuid2", _)
        | ("crypto", "randomUUID" | "randomBytes" | "getRandomValues" | "randomInt") => {
            Value::Builtin(EcoString::from(if name == "default" { package } else { name }))
        }
        _ => Value::EXTERNAL,
    }
}

fn lunora_reference(name: &str) -> Value {
    Value::Reference(Rc::new(ReferenceValue {
        is_internal: name == "internal",
        path: Vec::new(),
        site: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::project;

    #[test]
    fn frames_end_with_the_interpreter_although_their_functions_hold_them() {
        let code = "export const outer = () => { const inner = () => inner; return inner; };\nexport const made = outer();\n";
        let project = project(&[("lunora/rings.ts", code)]);
        let file = project.sources.files.iter().find(|file| file.relative.ends_with("rings.ts")).unwrap().id;
        let mut interpreter = Interpreter::new(&project.sources, std::iter::empty());
        interpreter.run_module(file);
        let mut frames = interpreter.captured.clone();
        frames.push(Rc::downgrade(&interpreter.module_frame(file)));
        assert_eq!(frames.len(), 2);
        assert!(frames.iter().all(|frame| frame.upgrade().is_some()));
        drop(interpreter);
        assert!(frames.iter().all(|frame| frame.upgrade().is_none()));
    }
}
