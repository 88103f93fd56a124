//! The ways out of a predicate: what it returns under which condition.

use std::rc::Rc;

use lunora_facts::{Expr, ExprId};

use super::frame::Frame;
use super::interpreter::Interpreter;
use super::test::Test;
use super::value::Value;
use crate::place::{Place, Site};

/// What has been found so far.
pub(crate) struct ExitLog {
    /// How many functions are on the stack where the predicate itself runs.
    depth: usize,
    exits: Vec<Exit>,
}

/// One way out.
#[derive(Clone, Debug)]
pub(crate) struct Exit {
    /// The conditions on the way, outermost first.
    pub(crate) path: Vec<Test>,
    /// What is returned; `None` if the function just ends.
    pub(crate) value: Option<Value>,
    /// What is returned, or the statement that leaves.
    pub(crate) place: Place,
}

impl Interpreter<'_> {
    /// Calls a predicate and returns its result with all ways out of it.
    pub(crate) fn call_predicate(&mut self, function: &Value, arguments: Vec<Value>) -> (Value, Vec<Exit>) {
        let log = ExitLog { depth: self.stack.len() + 1, exits: Vec::new() };
        let outer = self.exit_log.replace(log);
        let result = self.call_value(function, arguments, None);
        let log = std::mem::replace(&mut self.exit_log, outer);
        (result, log.map(|log| log.exits).unwrap_or_default())
    }

    /// Whether the function that is being evaluated is the predicate whose exits are wanted.
    pub(super) fn is_logging_exits(&self) -> bool {
        self.exit_log.as_ref().is_some_and(|log| log.depth == self.stack.len())
    }

    /// Notes a `return`; a conditional expression is one way out an arm.
    pub(super) fn log_return(&mut self, frame: &Rc<Frame>, value: Option<ExprId>, stmt: Place) {
        let program = self.program(frame.file);
        match value {
            None => self.log_exit(None, stmt),
            Some(expr) => {
                if let Expr::Conditional(parts) = program.expr(expr) {
                    let [test, consequent, alternate] = program.conditional(*parts);
                    let test = Test::of(&self.eval(frame, test));
                    self.under(test.clone(), |log| log.log_return(frame, Some(consequent), stmt));
                    self.under(test.negated(), |log| log.log_return(frame, Some(alternate), stmt));
                } else {
                    let value = self.eval(frame, expr);
                    self.log_exit(Some(value), Site { file: frame.file, expr }.place());
                }
            }
        }
    }

    /// Notes a way out.
    pub(super) fn log_exit(&mut self, value: Option<Value>, place: Place) {
        let path = self.state.path.clone();
        if let Some(log) = &mut self.exit_log {
            log.exits.push(Exit { path, value, place });
        }
    }

    /// Evaluates something where a condition holds.
    pub(super) fn under<T>(&mut self, test: Test, evaluate: impl FnOnce(&mut Self) -> T) -> T {
        self.state.path.push(test);
        let result = evaluate(self);
        self.state.path.pop();
        result
    }
}
