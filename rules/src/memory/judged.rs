//! Operations with what was judged of each.

use std::sync::Arc;

use lunora_project::{Shared, Site};
use rayon::prelude::*;

use crate::reads::Judgement;

/// Operations of one kind in the order of their sites, each with what was judged of it.
#[derive(Debug)]
pub(crate) struct Judged<T> {
    operations: Shared<T>,
    judgements: Vec<Judgement>,
}

impl<T> Judged<T> {
    /// What was judged of each, parallel to the list of the project.
    pub(crate) fn judgements(&self) -> &[Judgement] {
        &self.judgements
    }
}

impl<T: Send + Sync> Judged<T> {
    /// Takes over what was judged of operations that have not changed, and judges the others.
    pub(super) fn update(
        &mut self,
        operations: &Shared<T>,
        (site, is_alike): (impl Fn(&T) -> Site + Sync, impl Fn(&T, &T) -> bool + Sync),
        judge: impl Fn(&T) -> Judgement + Sync,
    ) {
        // No judgement asks about the calls and loops that lead to an operation.
        let is_at = |position: usize, operation: &Arc<T>| {
            let known = self.operations.as_arcs().get(position);
            known.is_some_and(|known| Arc::ptr_eq(known, operation) || is_alike(known, operation))
        };
        let known = |(position, operation): (usize, &Arc<T>)| {
            // Most stand where they stood.
            let position = if is_at(position, operation) {
                position
            } else {
                self.operations.binary_search_by_key(&site(operation), &site).ok()?
            };
            self.judgements.get(position).filter(|_| is_at(position, operation)).cloned()
        };
        let judged =
            operations.as_arcs().par_iter().enumerate().map(|(position, operation)| {
                known((position, operation)).unwrap_or_else(|| judge(operation))
            });
        self.judgements = judged.collect();
        self.operations = operations.clone();
    }
}

impl<T> Clone for Judged<T> {
    fn clone(&self) -> Self {
        Self { operations: self.operations.clone(), judgements: self.judgements.clone() }
    }
}

impl<T> Default for Judged<T> {
    fn default() -> Self {
        Self { operations: Shared::default(), judgements: Vec::new() }
    }
}
