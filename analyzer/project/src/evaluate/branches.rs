//! Branches: alternatives are evaluated from the same state, and the states that go on are joined.

use std::rc::Rc;

use lunora_facts::BindingId;
use rustc_hash::FxHashMap;

use super::frame::Frame;
use super::interpreter::Interpreter;
use super::statements::Completion;
use super::value::Value;

/// What a speculative evaluation assigned, each variable once.
pub(super) type Changes = Vec<(Rc<Frame>, BindingId, Option<Value>)>;

/// A variable that some of several alternatives assigned to.
struct Touched {
    frame: Rc<Frame>,
    binding: BindingId,
    /// What it holds after those that did, by their positions.
    values: Vec<(usize, Option<Value>)>,
}

/// The positions of variables in a list.
#[derive(Default)]
struct Positions {
    known: FxHashMap<(*const Frame, BindingId), usize>,
}

impl Positions {
    /// The position of a variable; `next` if it is met for the first time.
    fn of(&mut self, frame: &Rc<Frame>, binding: BindingId, next: usize) -> usize {
        *self.known.entry((Rc::as_ptr(frame), binding)).or_insert(next)
    }
}

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
        let mut positions = Positions::default();
        for (frame, binding, old) in self.state.undo.drain(mark..).rev() {
            if positions.of(&frame, binding, changes.len()) == changes.len() {
                changes.push((Rc::clone(&frame), binding, frame.get(binding)));
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
        let mut touched: Vec<Touched> = Vec::new();
        let mut positions = Positions::default();
        for (alternative, changes) in alternatives.iter().enumerate() {
            for (frame, binding, value) in changes {
                let position = positions.of(frame, *binding, touched.len());
                if position == touched.len() {
                    touched.push(Touched { frame: Rc::clone(frame), binding: *binding, values: Vec::new() });
                }
                if let Some(variable) = touched.get_mut(position) {
                    variable.values.push((alternative, value.clone()));
                }
            }
        }
        for Touched { frame, binding, mut values } in touched {
            // The others leave it as it is, and the first of them stands for all.
            let first_other =
                (0..alternatives.len()).zip(&values).take_while(|(at, (by, _))| at == by).count();
            if values.len() < alternatives.len() {
                values.insert(first_other, (first_other, frame.get(binding)));
            }
            let joined = join_states(values.into_iter().filter_map(|(_, value)| value).collect());
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
