//! Statements: sequencing, branches, loops, and what leaves them.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::{BinaryOperator, Block, Expr, ExprId, ForLoop, ListRange, PatternId, Stmt, StmtId, Try};

use super::effect::{EffectKind, LoopOver, RowsEffect, RowsUse};
use super::frame::Frame;
use super::interpreter::Interpreter;
use super::test::Test;
use super::value::{ClassValue, Closure, Value};
use crate::place::{Part, Place, Site};

/// How many `if`s of a function may have what follows them evaluated as a part of them. What follows one more is evaluated after it, as
/// if it had not been asked.
const MAX_OPEN_IFS: u32 = 256;

/// How a block ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Completion {
    /// How it always leaves, if it does.
    pub(super) exit: Option<Exit>,
    /// What it returns on the paths that return.
    pub(super) returned: Option<Value>,
}

/// How control leaves a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Exit {
    Return,
    Throw,
    Continue,
    Break,
}

impl Completion {
    fn exit(exit: Exit) -> Self {
        Self { exit: Some(exit), returned: None }
    }
}

impl Interpreter<'_> {
    /// Evaluates a list of statements.
    pub(super) fn block(&mut self, frame: &Rc<Frame>, block: Block) -> Completion {
        let program = self.program(frame.file);
        let stmts = program.block(block);
        self.hoist(frame, stmts);
        self.sequence(frame, stmts)
    }

    /// Evaluates one statement.
    pub(super) fn execute(&mut self, frame: &Rc<Frame>, stmt: StmtId) -> Completion {
        let program = self.program(frame.file);
        match program.stmt(stmt) {
            Stmt::Expr(expr) => self.expression_statement(frame, *expr),
            Stmt::Let { pattern, ty, value } => {
                let mut bound = match value {
                    Some(value) => self.eval(frame, *value),
                    None => Value::Undefined,
                };
                if let Some(ty) = ty {
                    bound = self.typed_over(frame.file, *ty, bound);
                }
                self.bind(frame, *pattern, bound);
                Completion::default()
            }
            Stmt::Return(value) => {
                if self.is_logging_exits() {
                    let place = Place { file: frame.file, part: Part::Stmt(stmt) };
                    self.log_return(frame, *value, place);
                }
                let value = value.map_or(Value::Undefined, |value| self.eval(frame, value));
                Completion { exit: Some(Exit::Return), returned: Some(value) }
            }
            Stmt::Throw(value) => {
                self.eval(frame, *value);
                Completion::exit(Exit::Throw)
            }
            Stmt::If { .. } => self.sequence(frame, &[stmt]),
            Stmt::For(id) => {
                let ForLoop { init, test, update, body } = *program.for_loop(*id);
                self.block(frame, init);
                let is_endless = test.is_none_or(|test| self.is_always_true(frame, test));
                self.note_endless_loop(frame, stmt, is_endless, body, "for");
                self.repeat(frame, stmt, |interpreter| {
                    if let Some(test) = test {
                        interpreter.eval(frame, test);
                    }
                    let completion = interpreter.block(frame, body);
                    if let Some(update) = update {
                        interpreter.eval(frame, update);
                    }
                    completion
                })
            }
            Stmt::While { test, body, runs_first } => {
                let keyword = if *runs_first { "do" } else { "while" };
                let is_endless = self.is_always_true(frame, *test);
                self.note_endless_loop(frame, stmt, is_endless, *body, keyword);
                self.repeat(frame, stmt, |interpreter| {
                    interpreter.eval(frame, *test);
                    interpreter.block(frame, *body)
                })
            }
            Stmt::ForOf { pattern, iterable, is_await, body } => {
                self.for_of(frame, stmt, *pattern, *iterable, *is_await, *body)
            }
            Stmt::ForIn { pattern, object, body } => {
                let object = self.eval(frame, *object);
                let keys = self.keys_of(&object);
                let place = Place { file: frame.file, part: Part::Stmt(stmt) };
                self.iterate(place, &keys, |interpreter, element| {
                    interpreter.bind(frame, *pattern, element);
                    interpreter.block(frame, *body)
                })
            }
            Stmt::Break(_) => Completion::exit(Exit::Break),
            Stmt::Continue(_) => Completion::exit(Exit::Continue),
            Stmt::Switch { discriminant, cases } => self.switch(frame, *discriminant, *cases),
            Stmt::Try(id) => {
                let Try { body, parameter, handler, finalizer } = *program.try_statement(*id);
                let (body, caught) = self.branch(
                    |interpreter| interpreter.block(frame, body),
                    |interpreter| {
                        if let Some(parameter) = parameter {
                            interpreter.bind(frame, parameter, Value::OPAQUE);
                        }
                        interpreter.block(frame, handler)
                    },
                );
                let last = self.block(frame, finalizer);
                if last.exit.is_some() {
                    return last;
                }
                let handler_exists = parameter.is_some() || !handler.is_empty();
                let exit = match (body.exit, caught.exit) {
                    (Some(exit), _) if !handler_exists => Some(exit),
                    (Some(exit), Some(_)) => Some(exit),
                    _ => None,
                };
                Completion { exit, returned: join_returns(body.returned, caught.returned) }
            }
            Stmt::Block(block) => self.block(frame, *block),
            Stmt::Labeled { body, .. } => {
                let mut completion = self.block(frame, *body);
                if completion.exit == Some(Exit::Break) {
                    completion.exit = None;
                }
                completion
            }
            Stmt::Function(_) | Stmt::Class(_) => Completion::default(),
        }
    }

    fn sequence(&mut self, frame: &Rc<Frame>, stmts: &[StmtId]) -> Completion {
        let outer_depth = self.state.condition_depth;
        let completion = self.statements(frame, stmts);
        self.state.condition_depth = outer_depth;
        completion
    }

    fn statements(&mut self, frame: &Rc<Frame>, stmts: &[StmtId]) -> Completion {
        let program = self.program(frame.file);
        let mut returned: Option<Value> = None;
        for (index, stmt) in stmts.iter().enumerate() {
            if let Stmt::If { test, consequent, alternate } = program.stmt(*stmt) {
                let goes_on_alone = self.state.open_ifs >= MAX_OPEN_IFS;
                let rest = if goes_on_alone { &[] } else { &stmts[index + 1..] };
                let completion = self.conditional(frame, *test, *consequent, *alternate, rest);
                returned = join_returns(returned, completion.returned);
                if !goes_on_alone || completion.exit.is_some() {
                    return Completion { exit: completion.exit, returned };
                }
                // Whether it has left is not known any more.
                self.state.condition_depth += 1;
                continue;
            }
            let completion = self.execute(frame, *stmt);
            returned = join_returns(returned, completion.returned);
            if completion.exit.is_some() {
                return Completion { exit: completion.exit, returned };
            }
            // What follows a call that may throw is passed by in some runs.
            if let Stmt::Expr(expr) = program.stmt(*stmt)
                && self.may_throw(frame, *expr)
            {
                self.state.condition_depth += 1;
            }
        }
        Completion { exit: None, returned }
    }

    fn may_throw(&mut self, frame: &Rc<Frame>, expr: ExprId) -> bool {
        let program = self.program(frame.file);
        if super::exits::may_throw_by_name(program, expr) {
            return true;
        }
        let mut call = expr;
        while let Expr::Await(inner) = program.expr(call) {
            call = *inner;
        }
        let Expr::Call { callee, .. } = program.expr(call) else { return false };
        let Expr::Binding(binding) = program.expr(*callee) else { return false };
        match self.variable(frame, *binding) {
            Value::Closure(closure) => {
                let program = self.program(closure.file);
                super::exits::throws(program, program.function(closure.function).body)
            }
            _ => false,
        }
    }

    /// `if (test) … else …` followed by the rest of its block, so that what is returned keeps its condition.
    fn conditional(
        &mut self,
        frame: &Rc<Frame>,
        test_expr: ExprId,
        consequent: Block,
        alternate: Block,
        rest: &[StmtId],
    ) -> Completion {
        let value = self.eval(frame, test_expr);
        let test = Test::of(&value);
        if let Test::Constant(holds) = test {
            let (first, other) = if holds { (consequent, alternate) } else { (alternate, consequent) };
            self.if_recording(|interpreter| interpreter.block(frame, other));
            let taken = self.block(frame, first);
            if taken.exit.is_some() {
                self.if_recording(|interpreter| interpreter.what_follows(frame, rest));
                return taken;
            }
            let after = self.what_follows(frame, rest);
            let returned = join_returns(taken.returned, after.returned);
            return Completion { exit: after.exit, returned };
        }
        let bound = upper_bound(&test);
        let (first, second) = self.branch(
            |interpreter| interpreter.under(test.clone(), |inner| inner.block(frame, consequent)),
            |interpreter| {
                if let Some((value, maximum)) = &bound {
                    interpreter.clamp_variable(frame, test_expr, value, *maximum);
                }
                interpreter.under(test.clone().negated(), |inner| inner.block(frame, alternate))
            },
        );
        if let (Some(bound), Some(_)) = (bound, first.exit) {
            self.state.maxima.push(bound);
        }
        let is_refused = (first.exit == Some(Exit::Throw)) != (second.exit == Some(Exit::Throw));
        if is_refused && test.asks_for_permission() {
            self.emit(EffectKind::Permission);
        }
        if let (Some(first_exit), Some(_)) = (first.exit, second.exit) {
            let exit = if second.exit == Some(first_exit) { first_exit } else { Exit::Return };
            return Completion {
                exit: Some(exit),
                returned: choose_returns(&test, first.returned, second.returned),
            };
        }
        let may_have_left = u32::from(first.exit.is_some() || second.exit.is_some());
        self.state.condition_depth += may_have_left;
        let remaining = match (first.exit, second.exit) {
            (Some(_), None) => Some(test.clone().negated()),
            (None, Some(_)) => Some(test.clone()),
            _ => None,
        };
        let after = match remaining {
            Some(test) => self.under(test, |inner| inner.remainder(frame, rest)),
            None => self.what_follows(frame, rest),
        };
        self.state.condition_depth -= may_have_left;
        let on_first = path_result(&first, &after);
        let on_second = path_result(&second, &after);
        Completion { exit: after.exit, returned: choose_returns(&test, on_first, on_second) }
    }

    /// Whether the condition of a loop never fails, by what it says of itself.
    fn is_always_true(&mut self, frame: &Rc<Frame>, test: ExprId) -> bool {
        let program = self.program(frame.file);
        match program.expr(test) {
            Expr::Bool(value) => *value,
            Expr::Number(number) => number.value() != 0.0,
            Expr::Unary { .. } => self.eval(frame, test).truthiness() == Some(true),
            Expr::Binding(binding) if !program.binding(*binding).is_reassigned => {
                self.eval(frame, test).truthiness() == Some(true)
            }
            _ => false,
        }
    }

    fn note_endless_loop(
        &mut self,
        frame: &Rc<Frame>,
        stmt: StmtId,
        is_endless: bool,
        body: Block,
        keyword: &'static str,
    ) {
        let program = self.program(frame.file);
        if is_endless
            && !program.function(frame.function).is_generator
            && !super::exits::can_leave(program, body)
        {
            let place = Place { file: frame.file, part: Part::Stmt(stmt) };
            self.emit(EffectKind::EndlessLoop { place, keyword });
        }
    }

    /// The statements after an `if` that may have left; a predicate that has none just ends there.
    fn remainder(&mut self, frame: &Rc<Frame>, rest: &[StmtId]) -> Completion {
        let ends_here = rest.is_empty() && self.state.open_ifs < MAX_OPEN_IFS;
        if ends_here && self.is_logging_exits() && self.state.path.len() == 1 {
            let place = Place { file: frame.file, part: Part::Function(frame.function) };
            self.log_exit(None, place);
        }
        self.what_follows(frame, rest)
    }

    /// The statements after an `if`, as a part of it.
    fn what_follows(&mut self, frame: &Rc<Frame>, rest: &[StmtId]) -> Completion {
        self.state.open_ifs += 1;
        let completion = self.sequence(frame, rest);
        self.state.open_ifs -= 1;
        completion
    }

    fn expression_statement(&mut self, frame: &Rc<Frame>, expr: ExprId) -> Completion {
        let value = self.eval(frame, expr);
        // A reader is a mutable object: `q.filter(…);` changes `q`.
        if matches!(value, Value::Reader(_) | Value::Range(_) | Value::OneOf(_))
            && let Some(binding) = self.chain_root(frame, expr)
        {
            let old = self.variable(frame, binding);
            if continues(&old, &value) {
                self.assign(frame, binding, value);
            }
        }
        Completion::default()
    }

    fn chain_root(&self, frame: &Rc<Frame>, expr: ExprId) -> Option<lunora_facts::BindingId> {
        let program = self.program(frame.file);
        let mut current = expr;
        loop {
            match program.expr(current) {
                Expr::Call { callee, .. } => current = *callee,
                Expr::Member { object, .. } => current = *object,
                Expr::Cast { value, .. } => current = *value,
                Expr::Binding(binding) if current != expr => return Some(*binding),
                _ => return None,
            }
        }
    }

    fn repeat(
        &mut self,
        frame: &Rc<Frame>,
        stmt: StmtId,
        body: impl FnOnce(&mut Self) -> Completion,
    ) -> Completion {
        let place = Place { file: frame.file, part: Part::Stmt(stmt) };
        let token = self.new_token();
        let (completion, _) = self.branch(
            |interpreter| {
                interpreter.in_loop(token, LoopOver::Unknown, place, |interpreter| Completion {
                    exit: None,
                    returned: body(interpreter).returned,
                })
            },
            |_| Completion::default(),
        );
        Completion { exit: None, returned: completion.returned }
    }

    fn for_of(
        &mut self,
        frame: &Rc<Frame>,
        stmt: StmtId,
        pattern: PatternId,
        iterable: ExprId,
        is_await: bool,
        body: Block,
    ) -> Completion {
        let place = Place { file: frame.file, part: Part::Stmt(stmt) };
        let mut collection = self.eval(frame, iterable);
        if is_await {
            collection = self.iterate_reader(frame, iterable, collection);
        }
        let site = Site { file: frame.file, expr: iterable };
        let iterator = self.own_iterator(&collection, is_await, site);
        let filter = self.iterate(place, &collection, |interpreter, element| {
            let element = match &iterator {
                Some(iterator) => interpreter.next_of(iterator, site),
                None => element,
            };
            interpreter.bind(frame, pattern, element);
            let guard = interpreter.loop_guard(frame, body);
            let mut completion = interpreter.block(frame, body);
            completion.exit = None;
            interpreter.emit_loop_filter(&guard, place);
            completion
        });
        Completion { exit: None, returned: filter.returned }
    }

    /// Runs a loop body once for the element of a collection.
    fn iterate(
        &mut self,
        place: Place,
        collection: &Value,
        body: impl FnOnce(&mut Self, Value) -> Completion,
    ) -> Completion {
        let (token, element, over) = self.element_of(collection);
        let (completion, _) = self.branch(
            |interpreter| {
                interpreter.in_loop(token, over, place, |interpreter| Completion {
                    exit: None,
                    returned: body(interpreter, element).returned,
                })
            },
            |_| Completion::default(),
        );
        Completion { exit: None, returned: completion.returned }
    }

    /// The condition under which the body of a loop does anything: leading `if (…) continue;`, or a body that is one `if`.
    fn loop_guard(&mut self, frame: &Rc<Frame>, body: Block) -> Option<Test> {
        let program = self.program(frame.file);
        let stmts = program.block(body);
        let mut kept = Vec::new();
        for stmt in stmts {
            let Stmt::If { test, consequent, alternate } = program.stmt(*stmt) else {
                break;
            };
            if self.has_calls(frame, *test) {
                break;
            }
            let is_whole = alternate.is_empty();
            let consequent = program.block(*consequent);
            let skips = matches!(
                consequent.first().map(|first| program.stmt(*first)),
                Some(Stmt::Continue(None) | Stmt::Return(None))
            );
            if skips {
                let value = self.eval(frame, *test);
                kept.push(Test::of(&value).negated());
            } else {
                if is_whole && stmts.len() == kept.len() + 1 {
                    let value = self.eval(frame, *test);
                    kept.push(Test::of(&value));
                }
                break;
            }
        }
        if kept.is_empty() { None } else { Some(Test::all(kept)) }
    }

    /// The condition under which a callback does anything, as for the body of a loop.
    pub(super) fn callback_guard(&mut self, closure: &Closure, element: Value) -> Option<Test> {
        let program = self.program(closure.file);
        let function = program.function(closure.function);
        let parameter = program.parameters_of(function).first()?;
        let frame = Frame::new(closure.file, closure.function, Some(Rc::clone(&closure.frame)), None);
        self.bind(&frame, parameter.pattern, element);
        let guard = self.loop_guard(&frame, function.body);
        self.end_of_call(&frame);
        guard
    }

    /// Whether evaluating an expression twice could record an effect twice.
    pub(super) fn has_calls(&self, frame: &Rc<Frame>, expr: ExprId) -> bool {
        let program = self.program(frame.file);
        match program.expr(expr) {
            Expr::Await(_) | Expr::Assign { .. } | Expr::Update { .. } | Expr::New { .. } => true,
            Expr::Binary { left, right, .. } | Expr::Logical { left, right, .. } => {
                self.has_calls(frame, *left) || self.has_calls(frame, *right)
            }
            Expr::Unary { operand, .. } => self.has_calls(frame, *operand),
            _ => false,
        }
    }

    fn emit_loop_filter(&mut self, guard: &Option<Test>, place: Place) {
        let Some(test) = guard else { return };
        let Some(LoopOver::Rows(key)) = self.state.loops.last().map(|inner| inner.over.clone()) else {
            return;
        };
        self.emit(EffectKind::Rows(Rc::new(RowsEffect {
            key,
            kind: RowsUse::Filter { method: EcoString::from("for"), test: test.clone() },
            place,
        })));
    }

    fn switch(&mut self, frame: &Rc<Frame>, discriminant: ExprId, cases: ListRange) -> Completion {
        let program = self.program(frame.file);
        let subject = self.eval(frame, discriminant);
        let mut all_changes = Vec::new();
        let mut returned = None;
        let mut all_exit = true;
        let mut has_default = false;
        for case in &program.switch_cases[cases.range()] {
            has_default |= case.test.is_none();
            if let Some(test) = case.test {
                let test = self.eval(frame, test);
                if differ(&subject, &test) {
                    self.if_recording(|interpreter| interpreter.block(frame, case.body));
                    continue;
                }
            }
            if case.body.is_empty() {
                continue;
            }
            let (completion, changes) = self.speculate(|interpreter| interpreter.block(frame, case.body));
            returned = join_returns(returned, completion.returned);
            if matches!(completion.exit, None | Some(Exit::Break)) {
                all_exit = false;
                all_changes.push(changes);
            }
        }
        if !has_default {
            all_exit = false;
            all_changes.push(Vec::new());
        }
        self.commit_joined(&all_changes);
        Completion { exit: all_exit.then_some(Exit::Return), returned }
    }

    fn hoist(&mut self, frame: &Rc<Frame>, stmts: &[StmtId]) {
        let program = self.program(frame.file);
        for stmt in stmts {
            match program.stmt(*stmt) {
                Stmt::Function(function) => {
                    if let Some(binding) = program.function(*function).binding {
                        let closure = Rc::new(Closure {
                            file: frame.file,
                            function: *function,
                            frame: Rc::clone(frame),
                            this: None,
                        });
                        self.note_closure(&closure);
                        self.assign(frame, binding, Value::Closure(closure));
                    }
                }
                Stmt::Class(class) => {
                    if let Some(binding) = program.classes[class.index()].binding {
                        let value = Value::Class(Rc::new(ClassValue {
                            file: frame.file,
                            class: *class,
                            frame: Rc::clone(frame),
                        }));
                        self.assign(frame, binding, value);
                    }
                }
                _ => {}
            }
        }
    }

    /// After `if (n > 100) …`, a variable that is not above the bound.
    fn clamp_variable(&mut self, frame: &Rc<Frame>, test: ExprId, value: &Value, maximum: f64) {
        let program = self.program(frame.file);
        let Expr::Binary { left, .. } = program.expr(test) else {
            return;
        };
        if let Expr::Binding(binding) = program.expr(*left) {
            let bounded = bounded(value, maximum);
            self.assign(frame, *binding, bounded);
        }
    }
}

/// A value that is known not to exceed a maximum.
pub(super) fn bounded(value: &Value, maximum: f64) -> Value {
    use super::origin::{Data, Dependence};
    Value::data(Data::Computed { dependence: Dependence::on(value), maximum: Some(maximum) })
}

/// The value and its bound, if a test holds exactly when the value exceeds a constant.
pub(super) fn upper_bound(test: &Test) -> Option<(Value, f64)> {
    match test {
        Test::Compare {
            operator: BinaryOperator::Greater | BinaryOperator::GreaterEqual,
            left,
            right: Value::Number(maximum),
            ..
        } => Some((left.clone(), *maximum)),
        Test::Compare {
            operator: BinaryOperator::Less | BinaryOperator::LessEqual,
            left: Value::Number(maximum),
            right,
            ..
        } => Some((right.clone(), *maximum)),
        _ => None,
    }
}

fn join_returns(left: Option<Value>, right: Option<Value>) -> Option<Value> {
    match (left, right) {
        (Some(left), Some(right)) => Some(Value::join(left, right)),
        (left, right) => left.or(right),
    }
}

/// What is returned on one side of a branch that is followed by the rest of a block.
fn path_result(side: &Completion, rest: &Completion) -> Option<Value> {
    if side.exit.is_some() {
        side.returned.clone()
    } else {
        join_returns(side.returned.clone(), rest.returned.clone())
    }
}

fn choose_returns(test: &Test, first: Option<Value>, second: Option<Value>) -> Option<Value> {
    match (first, second) {
        (Some(first), Some(second)) => Some(choose(test, first, second)),
        (first, second) => first.or(second),
    }
}

/// `test ? first : second`; booleans keep the condition.
pub(super) fn choose(test: &Test, first: Value, second: Value) -> Value {
    if first.is_boolean() && second.is_boolean() {
        Test::choose(test, Test::of(&first), Test::of(&second)).into_value()
    } else {
        Value::join(first, second)
    }
}

/// Whether a chain statement continues what a variable holds.
fn continues(old: &Value, new: &Value) -> bool {
    old.alternatives().iter().zip(new.alternatives()).all(|pair| match pair {
        (Value::Reader(old), Value::Reader(new)) => old.key == new.key,
        (Value::Range(_), Value::Range(_)) => true,
        _ => false,
    })
}

/// Whether two values can't be equal.
fn differ(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.text != right.text,
        (Value::Number(left), Value::Number(right)) => left != right,
        _ => false,
    }
}
