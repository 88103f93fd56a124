//! Counting that can be taken back.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::hash::Hash;
use std::sync::Arc;

use lunora_project::{Shared, Site};
use rustc_hash::FxHashMap;

/// Whether something is counted, or was counted and is no more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    In,
    Out,
}

/// How often each thing is there.
#[derive(Clone, Debug)]
pub(super) struct Tally<T>(FxHashMap<T, usize>);

/// What is in one of two versions of a list only; both are sorted by their sites.
pub(super) fn difference<'a, T>(
    before: &'a Shared<T>,
    now: &'a Shared<T>,
    site: impl Fn(&T) -> Site,
) -> Vec<(Step, &'a T)> {
    let mut found = Vec::new();
    let (mut before, mut now) = (before.as_arcs(), now.as_arcs());
    while let ([gone, olds @ ..], [come, news @ ..]) = (before, now) {
        if Arc::ptr_eq(gone, come) {
            (before, now) = (olds, news);
            continue;
        }
        let order = site(gone).cmp(&site(come));
        if order != Ordering::Greater {
            found.push((Step::Out, &**gone));
            before = olds;
        }
        if order != Ordering::Less {
            found.push((Step::In, &**come));
            now = news;
        }
    }
    found.extend(before.iter().map(|gone| (Step::Out, &**gone)));
    found.extend(now.iter().map(|come| (Step::In, &**come)));
    found
}

impl Step {
    /// Counts one more or one less.
    pub(super) fn count(self, number: &mut usize) {
        match self {
            Self::In => *number += 1,
            Self::Out => *number = number.saturating_sub(1),
        }
    }
}

impl<T: Eq + Hash> Tally<T> {
    /// Whether a thing is there.
    pub(super) fn has<Q: Eq + Hash + ?Sized>(&self, thing: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.contains_key(thing)
    }

    /// The things that are there.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.keys()
    }

    /// Counts a thing.
    pub(super) fn count<Q: Eq + Hash + ToOwned<Owned = T> + ?Sized>(&mut self, thing: &Q, step: Step)
    where
        T: Borrow<Q>,
    {
        match (self.0.get_mut(thing), step) {
            (Some(1), Step::Out) => {
                self.0.remove(thing);
            }
            (Some(number), _) => step.count(number),
            (None, Step::In) => {
                self.0.insert(thing.to_owned(), 1);
            }
            (None, Step::Out) => {}
        }
    }

    /// Counts each of some things.
    pub(super) fn count_all<'a, Q: Eq + Hash + ToOwned<Owned = T> + ?Sized + 'a>(
        &mut self,
        things: impl Iterator<Item = &'a Q>,
        step: Step,
    ) where
        T: Borrow<Q>,
    {
        things.for_each(|thing| self.count(thing, step));
    }
}

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}
