//! Branches: alternatives are evaluated from the same state, and the states that go on are joined.

use std::rc::Rc;

use lunora_facts::BindingId;

use super::frame::Frame;
use super::interpreter::Interpreter;
use super::statements::Completion;
use super::value::Value;

/// What a speculative evaluation assigned.
pub(super) type Changes = Vec<(Rc<Frame>, BindingId, Option<Value>)>;

impl Interpreter<'_> {
    /// Evaluates two alternatives from the same state, and joins the states that go on.
    pub(super) fn branch(
        &mut self,
        first: impl FnOnce(&mut Self) -> Completion,
        second: impl FnOnce(&mut Self) -> Completion,
    ) -> (Completion, Completion) {
        let (first, first_changes) = self.speculate(first);
        let (second, second_changes) = self.speculate(second);
        match (first.exit.is_some(), second.exit.is_some()) {
            (false, true) => self.commit(&[first_changes]),
            (true, false) => self.commit(&[second_changes]),
            _ => self.commit_joined(&[first_changes, second_changes]),
        }
        (first, second)
    }

    /// Evaluates something, takes back what it assigned, and returns that as changes.
    pub(super) fn speculate(
        &mut self,
        evaluate: impl FnOnce(&mut Self) -> Completion,
    ) -> (Completion, Changes) {
        let mark = self.state.undo.len();
        self.state.branch_depth += 1;
        self.state.condition_depth += 1;
        let completion = evaluate(self);
        self.state.condition_depth -= 1;
        self.state.branch_depth -= 1;
        let mut changes: Changes = Vec::new();
        for (frame, binding, old) in self.state.undo.drain(mark..).rev() {
            let current = frame.get(binding);
            let known = changes.iter_mut().find(|(known, at, _)| *at == binding && Rc::ptr_eq(known, &frame));
            if known.is_none() {
                changes.push((Rc::clone(&frame), binding, current));
            }
            frame.restore(binding, old);
        }
        (completion, changes)
    }

    fn commit(&mut self, changes: &[Changes]) {
        for (frame, binding, value) in changes.iter().flatten() {
            if let Some(value) = value {
                self.assign_in(frame, *binding, value.clone());
            }
        }
    }

    /// Makes the changes of several alternatives, any of which may have happened.
    pub(super) fn commit_joined(&mut self, alternatives: &[Changes]) {
        let mut touched: Vec<(Rc<Frame>, BindingId)> = Vec::new();
        for (frame, binding, _) in alternatives.iter().flatten() {
            if !touched.iter().any(|(known, at)| at == binding && Rc::ptr_eq(known, frame)) {
                touched.push((Rc::clone(frame), *binding));
            }
        }
        for (frame, binding) in touched {
            let mut values = Vec::new();
            for changes in alternatives {
                let change =
                    changes.iter().find(|(known, at, _)| *at == binding && Rc::ptr_eq(known, &frame));
                let value = match change {
                    Some((_, _, value)) => value.clone(),
                    None => frame.get(binding),
                };
                values.extend(value);
            }
            let joined = join_states(values);
            self.assign_in(&frame, binding, joined);
        }
    }

    fn assign_in(&mut self, frame: &Rc<Frame>, binding: BindingId, value: Value) {
        let old = frame.set(binding, value);
        if self.state.branch_depth > 0 {
            self.state.undo.push((Rc::clone(frame), binding, old));
        }
    }
}

/// Joins the states of a variable; an object that differs only in properties becomes one with uncertain properties.
fn join_states(values: Vec<Value>) -> Value {
    let mut objects = Vec::new();
    for value in &values {
        match value {
            Value::Object(object) if object.class.is_none() => objects.push(object),
            _ => return Value::join_all(values),
        }
    }
    super::objects::join_objects(&objects)
}
