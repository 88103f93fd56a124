//! Which functions call which, and which operations they hold: every call site of one run, not only those on the shortest ways.

use std::sync::Arc;

use lunora_facts::FunctionId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::procedures::{FunctionKey, Root, target};
use crate::dispatch_target::dispatch_key;
use crate::evaluate::Interpreter;
use crate::evaluate::effect::{ActivationId, Effect, EffectKind, ReadForm};
use crate::place::{Place, Site};

/// A call of a function, or an operation, by whoever holds it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct HeldCall {
    pub(crate) holder: Holder,
    pub(crate) callee: Callee,
    /// The call, or the call that runs a callback; `None` if it is code outside of the project that calls.
    pub(crate) place: Option<Place>,
}

/// Whose code it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Holder {
    /// A procedure, by its declaration and its name.
    Procedure(Place, Arc<str>),
    Function(FunctionKey),
}

/// What is called or done.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Callee {
    Function(FunctionKey),
    Read(Site),
    Write(Site),
    /// A procedure by the name that it is dispatched by.
    Procedure(String),
}

/// Every call and operation of the functions that an interpreter has run, sorted.
pub(super) fn held_calls(interpreter: &Interpreter<'_>, roots: &[Root]) -> Vec<HeldCall> {
    let mut gatherer = Gatherer {
        interpreter,
        own_functions: FxHashMap::default(),
        own_code: FxHashMap::default(),
        surroundings: FxHashSet::default(),
        calls: FxHashSet::default(),
    };
    for root in roots {
        gatherer.find_own_code(root);
    }
    gatherer.find_called_handlers();
    for id in activations(interpreter) {
        gatherer.effects(id);
    }
    let mut calls: Vec<HeldCall> = gatherer.calls.into_iter().collect();
    calls.sort_unstable();
    calls
}

struct Gatherer<'a> {
    interpreter: &'a Interpreter<'a>,
    /// The procedures whose own code a function is.
    own_functions: FxHashMap<FunctionKey, Vec<Holder>>,
    /// Whose code an activation is that is a procedure's own.
    own_code: FxHashMap<ActivationId, Vec<Holder>>,
    /// What runs between the platform and a procedure's own code: wrappers and middleware in other files.
    surroundings: FxHashSet<ActivationId>,
    calls: FxHashSet<HeldCall>,
}

impl<'a> Gatherer<'a> {
    /// Finds what a procedure does itself: in its handler, and in functions of its file without a name, which wrappers are given.
    fn find_own_code(&mut self, root: &Root) {
        let holder = Holder::Procedure(root.procedure.place, Arc::from(root.procedure.name.as_str()));
        let mut seen = FxHashSet::from_iter([root.activation]);
        let mut pending = vec![root.activation];
        self.own_code.entry(root.activation).or_default().push(holder.clone());
        while let Some(id) = pending.pop() {
            for callee in self.effects_of(id).iter().filter_map(called) {
                let key = self.function_of(callee);
                let is_on_the_way = root.handler == Some(key) || self.named(key).is_none();
                if !is_on_the_way || !seen.insert(callee) {
                    continue;
                }
                pending.push(callee);
                if key.0 == root.procedure.file {
                    self.own_code.entry(callee).or_default().push(holder.clone());
                    let holders = self.own_functions.entry(key).or_default();
                    if holders.last() != Some(&holder) {
                        holders.push(holder.clone());
                    }
                } else {
                    self.surroundings.insert(callee);
                }
            }
        }
    }

    /// A handler with a name may be called by others, too: then what it does is also what that function does.
    fn find_called_handlers(&mut self) {
        for id in activations(self.interpreter) {
            for callee in self.effects_of(id).iter().filter_map(called) {
                let key = self.function_of(callee);
                if self.own_code.contains_key(&callee)
                    && !self.is_same_code(id, callee)
                    && self.named(key) == Some(key)
                {
                    let holder = Holder::Function(key);
                    let holders = self.own_code.entry(callee).or_default();
                    if !holders.contains(&holder) {
                        holders.push(holder);
                    }
                }
            }
        }
    }

    fn effects(&mut self, id: ActivationId) {
        let holders = self.holders(id);
        for effect in self.effects_of(id) {
            match &effect.kind {
                EffectKind::Call { activation, site } if !self.is_same_code(id, *activation) => {
                    self.call(&holders, *activation, *site, effect);
                }
                EffectKind::Read(read) => {
                    // A helper may return a reader that its caller ends.
                    let maker = match &read.form {
                        ReadForm::Fluent { reader, .. } => reader.made_in.filter(|maker| *maker != id),
                        _ => None,
                    };
                    let makers = maker.map(|maker| self.holders(maker));
                    self.add(makers.as_ref().unwrap_or(&holders), &Callee::Read(read.key), None);
                }
                EffectKind::Write(write) => self.add(&holders, &Callee::Write(write.site), None),
                EffectKind::Dispatch(dispatch) => {
                    if let Some(key) = dispatch_key(&target(&dispatch.target)) {
                        let place = dispatch.site.method_call(dispatch.callee);
                        self.add(&holders, &Callee::Procedure(key), Some(place));
                    }
                }
                _ => {}
            }
        }
    }

    fn call(&mut self, holders: &[Holder], callee: ActivationId, site: Site, effect: &Effect) {
        let key = self.function_of(callee);
        let named = self.named(key);
        let function = match named {
            Some(named) if named == key || self.surroundings.contains(&callee) => named,
            None if self.is_outermost(key) && !self.own_functions.contains_key(&key) => key,
            // A callback is part of the function or procedure around it, whoever calls it.
            _ => return,
        };
        // What a library calls is called nowhere in the code; for a callback that runs once an element there is the call that takes it.
        let is_written = site.expr.index() < self.interpreter.program(site.file).exprs.len();
        let place =
            if is_written { Some(site.place()) } else { effect.loops.last().map(|inner| inner.place) };
        self.add(holders, &Callee::Function(function), place);
    }

    fn add(&mut self, holders: &[Holder], callee: &Callee, place: Option<Place>) {
        for holder in holders {
            self.calls.insert(HeldCall { holder: holder.clone(), callee: callee.clone(), place });
        }
    }

    /// Whose code an activation runs.
    fn holders(&self, id: ActivationId) -> Vec<Holder> {
        if let Some(own) = self.own_code.get(&id) {
            return own.clone();
        }
        let (file, function) = self.function_of(id);
        if function == FunctionId::MODULE {
            return Vec::new();
        }
        // A callback belongs to the procedure in whose handler it is written.
        for around in self.ancestors((file, function)) {
            let is_named = self.is_named(around);
            match self.own_functions.get(&around) {
                Some(procedures) if around.1 != function || !is_named => return procedures.clone(),
                _ if is_named => return vec![Holder::Function(around)],
                _ => {}
            }
        }
        vec![Holder::Function((file, function))]
    }

    /// Whether two activations are code of one procedure.
    fn is_same_code(&self, left: ActivationId, right: ActivationId) -> bool {
        let own = |id| self.own_code.get(&id).map(Vec::as_slice).unwrap_or_default();
        own(left).iter().any(|holder| own(right).contains(holder))
    }

    /// The function itself, or the nearest one around it, that has a name.
    fn named(&self, key: FunctionKey) -> Option<FunctionKey> {
        self.ancestors(key).find(|around| self.is_named(*around))
    }

    fn is_named(&self, (file, function): FunctionKey) -> bool {
        self.interpreter.program(file).function(function).name.is_some()
    }

    fn is_outermost(&self, key: FunctionKey) -> bool {
        self.ancestors(key).count() == 1
    }

    /// A function and those around it, outwards, without the module.
    fn ancestors(&self, (file, function): FunctionKey) -> impl Iterator<Item = FunctionKey> {
        let program = self.interpreter.program(file);
        std::iter::successors(Some(function), move |id| program.function(*id).parent)
            .take_while(|id| *id != FunctionId::MODULE)
            .map(move |id| (file, id))
    }

    fn function_of(&self, id: ActivationId) -> FunctionKey {
        let activation = &self.interpreter.activations()[id.0 as usize];
        (activation.file, activation.function)
    }

    fn effects_of(&self, id: ActivationId) -> &'a [Effect] {
        &self.interpreter.activations()[id.0 as usize].effects
    }
}

fn activations(interpreter: &Interpreter<'_>) -> impl Iterator<Item = ActivationId> {
    (0..interpreter.activations().len()).filter_map(|id| u32::try_from(id).ok()).map(ActivationId)
}

fn called(effect: &Effect) -> Option<ActivationId> {
    match effect.kind {
        EffectKind::Call { activation, .. } => Some(activation),
        _ => None,
    }
}
