//! The fewest chains that hold all steps: Dilworth's theorem, by a matching.
//!
//! Demands whose steps lie within those of another one are served with it; leave them out. Of the rest, say that one comes before
//! another if both can share an index and its first step is the smaller. That is a partial order: its comparable pairs are exactly
//! those that can share, and where each of two can share with a third between them, they can share with each other, since the third
//! holds every step at which the two meet. So the fewest indexes are the fewest chains of this order, and those are as many as there
//! are demands, less the largest number of them that can each be followed by a different one.

use std::collections::BTreeSet;

use petgraph::algo::maximum_matching;
use petgraph::graph::{NodeIndex, UnGraph};

use super::demand::Steps;

/// The fewest indexes that have all these steps, each as its own steps, in the order of the first that it has.
pub(super) fn fewest_chains<'a>(all: &[Steps<'a>]) -> Vec<Steps<'a>> {
    let widest = widest(all);
    let mut graph: UnGraph<(), ()> = UnGraph::default();
    let before: Vec<NodeIndex> = widest.iter().map(|_| graph.add_node(())).collect();
    let after: Vec<NodeIndex> = widest.iter().map(|_| graph.add_node(())).collect();
    for (steps, from) in widest.iter().zip(&before) {
        for (later, to) in widest.iter().zip(&after) {
            if size(steps) < size(later) && can_share(steps, later) {
                graph.add_edge(*from, *to, ());
            }
        }
    }
    let matching = maximum_matching(&graph);
    let next = |from: usize| {
        let mate = matching.mate(*before.get(from)?)?;
        after.iter().position(|node| *node == mate)
    };
    let is_first = |position: &usize| after.get(*position).is_none_or(|node| matching.mate(*node).is_none());
    (0..widest.len())
        .filter(is_first)
        .map(|first| {
            let chain = std::iter::successors(Some(first), |position| next(*position));
            merged(chain.filter_map(|position| widest.get(position).copied()))
        })
        .collect()
}

/// Whether one index can have the steps of both.
pub(super) fn can_share(left: &Steps<'_>, right: &Steps<'_>) -> bool {
    left.iter().all(|one| right.iter().all(|other| one.is_subset(other) || other.is_subset(one)))
}

/// Whether an index with the steps of the first has those of the second, too.
pub(super) fn holds(outer: &Steps<'_>, inner: &Steps<'_>) -> bool {
    inner.iter().all(|step| outer.contains(step))
}

/// The steps of several that can share an index, together.
pub(super) fn merged<'s, 'a: 's>(several: impl Iterator<Item = &'s Steps<'a>>) -> Steps<'a> {
    let mut steps: Steps<'a> = several.flatten().cloned().collect();
    steps.sort_by_key(BTreeSet::len);
    steps.dedup();
    steps
}

fn size(steps: &Steps<'_>) -> usize {
    steps.first().map_or(0, BTreeSet::len)
}

/// Those that no other one holds; of equal ones the first.
fn widest<'s, 'a>(all: &'s [Steps<'a>]) -> Vec<&'s Steps<'a>> {
    let is_held = |position: usize, steps: &Steps<'a>| {
        all.iter().enumerate().any(|(other, outer)| {
            other != position && holds(outer, steps) && (other < position || !holds(steps, outer))
        })
    };
    let all_widest = all.iter().enumerate().filter(|(position, steps)| !is_held(*position, steps));
    all_widest.map(|(_, steps)| steps).collect()
}
