//! From demands and declared indexes to the fewest indexes: which stay, which grow, which are new.

use std::collections::BTreeSet;
use std::ops::Range;

use super::cover::{can_share, fewest_chains, holds, merged};
use super::demand::{CREATION_TIME, Demand, Steps};

/// A declared index as far as demands are concerned.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) columns: Vec<String>,
    pub(super) is_unique: bool,
    /// Whether it stays as it is, whatever it serves.
    pub(super) is_fixed: bool,
}

/// An index of the solution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Solved {
    /// The declared index that it is or grows from, by position.
    pub(super) declared: Option<usize>,
    pub(super) columns: Vec<String>,
}

/// The fewest indexes that serve all demands, given that fixed indexes stay and that declared ones stay where they serve; declared ones
/// first. Declared indexes that are not among them serve nothing, or begin another one that serves all that they serve.
pub(super) fn solve(declared: &[Declared], demands: &[Demand], may_add: bool) -> Vec<Solved> {
    let solver = Solver { declared, demands };
    let kept: Vec<usize> = solver.positions().filter(|position| solver.is_kept(*position)).collect();
    let open: Vec<&Demand> = demands
        .iter()
        .filter(|demand| !kept.iter().any(|position| solver.serves(*position, demand)))
        .collect();
    let (growing, settled): (Vec<usize>, Vec<usize>) =
        kept.into_iter().partition(|position| may_add && solver.may_grow(*position));
    let mut solved: Vec<Solved> = settled.into_iter().map(|position| solver.as_declared(position)).collect();
    if may_add {
        solved.extend(solver.cover(&open, &growing));
        solver.grow_unused(&mut solved);
    }
    solved.sort_by_key(|index| index.declared.map_or((true, 0), |position| (false, position)));
    solved
}

/// Whether an index serves a demand: entirely, or because it is unique and leaves one row.
pub(super) fn serves(columns: &[String], is_unique: bool, demand: &Demand) -> bool {
    let is_pinned = is_unique
        && !columns.is_empty()
        && columns.iter().all(|column| demand.equal.iter().any(|equal| equal == column));
    is_pinned || demand.is_served_by(columns)
}

struct Solver<'a> {
    declared: &'a [Declared],
    demands: &'a [Demand],
}

impl<'a> Solver<'a> {
    fn positions(&self) -> Range<usize> {
        0..self.declared.len()
    }

    fn is_fixed(&self, position: usize) -> bool {
        self.declared.get(position).is_some_and(|index| index.is_fixed)
    }

    fn serves(&self, position: usize, demand: &Demand) -> bool {
        self.declared.get(position).is_some_and(|index| serves(&index.columns, index.is_unique, demand))
    }

    /// Whether a declared index stays: it is fixed, or serves something and is no mere beginning of another one.
    fn is_kept(&self, position: usize) -> bool {
        let is_useful = |position: usize| self.demands.iter().any(|demand| self.serves(position, demand));
        let others = || self.positions().filter(|other| *other != position);
        self.is_fixed(position)
            || is_useful(position)
                && !others().any(|other| {
                    (self.is_fixed(other) || is_useful(other)) && self.is_covered(position, other)
                })
    }

    /// Whether another declared index begins with all columns of this one and serves all that it serves. Of twins, the one that is
    /// fixed or declared first covers the other.
    fn is_covered(&self, position: usize, by: usize) -> bool {
        let (Some(index), Some(other)) = (self.declared.get(position), self.declared.get(by)) else {
            return false;
        };
        let is_twin = index.columns.len() == other.columns.len();
        other.columns.starts_with(&index.columns)
            && (!is_twin || other.is_fixed || by < position)
            && self.demands.iter().all(|demand| !self.serves(position, demand) || self.serves(by, demand))
    }

    /// Whether columns may be appended to a declared index: no read relies on where it ends.
    fn may_grow(&self, position: usize) -> bool {
        let relies = |demand: &Demand| demand.fixes_end() && self.serves(position, demand);
        !self.is_fixed(position) && !self.demands.iter().any(relies)
    }

    fn as_declared(&self, position: usize) -> Solved {
        let columns = self.declared.get(position).map(|index| index.columns.clone());
        Solved { declared: Some(position), columns: columns.unwrap_or_default() }
    }

    /// The fewest indexes that serve these demands and begin as these declared indexes do.
    fn cover(&self, demands: &[&Demand], growing: &[usize]) -> Vec<Solved> {
        let declared: Vec<(usize, Steps<'_>)> = growing
            .iter()
            .filter_map(|position| Some((*position, steps(&self.declared.get(*position)?.columns))))
            .collect();
        let mut all: Vec<Steps<'_>> = demands.iter().map(|demand| demand.steps()).collect();
        all.extend(declared.iter().map(|(_, steps)| steps.clone()));
        let mut used: Vec<usize> = Vec::new();
        let mut solved = Vec::new();
        for chain in fewest_chains(&all) {
            let mut free = declared.iter().filter(|(position, _)| !used.contains(position));
            let base = free.find(|(_, steps)| holds(&chain, steps)).map(|(position, _)| *position);
            used.extend(base);
            solved.push(Solved { declared: base, columns: self.columns(&chain) });
        }
        solved
    }

    /// The columns of an index with these steps. Where a step brings several, they come as the first demand that wants them names them.
    fn columns(&self, chain: &Steps<'_>) -> Vec<String> {
        let mut columns: Vec<String> = Vec::new();
        for step in chain {
            let new: BTreeSet<&str> =
                step.iter().copied().filter(|column| columns.iter().all(|known| known != column)).collect();
            let wanted = self.demands.iter().filter(|demand| holds(chain, &demand.steps()));
            let named = wanted.flat_map(Demand::columns).filter(|column| new.contains(column));
            for column in named.chain(new.iter().copied()) {
                if columns.iter().all(|known| known != column) {
                    columns.push(column.to_owned());
                }
            }
        }
        columns.retain(|column| column != CREATION_TIME);
        columns
    }

    /// Lets declared indexes that serve nothing grow into new ones: one change instead of two.
    fn grow_unused(&self, solved: &mut [Solved]) {
        for position in self.positions().filter(|position| self.may_grow(*position)) {
            let Some(index) = self.declared.get(position) else { continue };
            let is_used = solved.iter().any(|solved| solved.declared == Some(position));
            if is_used || index.columns.is_empty() {
                continue;
            }
            let begun = steps(&index.columns);
            for new in solved.iter_mut().filter(|solved| solved.declared.is_none()) {
                let wanted: Vec<Steps<'a>> = self
                    .demands
                    .iter()
                    .filter(|demand| demand.is_served_by(&new.columns))
                    .map(Demand::steps)
                    .collect();
                let chain = merged(wanted.iter());
                let is_part = chain.last().is_some_and(|all| begun.iter().all(|step| step.is_subset(all)));
                if is_part && can_share(&chain, &begun) {
                    let joined = merged([&chain, &begun].into_iter());
                    *new = Solved { declared: Some(position), columns: self.columns(&joined) };
                    break;
                }
            }
        }
    }
}

/// The steps of an index on these columns.
fn steps(columns: &[String]) -> Steps<'_> {
    (1..=columns.len()).map(|length| columns.iter().take(length).map(String::as_str).collect()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;

    const COLUMNS: [&str; 4] = ["a", "b", "c", "d"];

    prop_compose! {
        fn demand()(
            columns in subsequence(COLUMNS.to_vec(), 1..=4).prop_shuffle(),
            equal in 0_usize..=4,
            then in 0_usize..=2,
            fixes_end in prop::bool::weighted(0.2),
        ) -> Demand {
            let (equal, rest) = columns.split_at(equal.min(columns.len()));
            let then = rest.iter().take(then).copied().chain(fixes_end.then_some(CREATION_TIME));
            Demand::new(equal, &then.collect::<Vec<_>>())
        }
    }

    fn demands() -> impl Strategy<Value = Vec<Demand>> {
        let wanted = demand().prop_filter("needs an index", |demand| !demand.is_built_in());
        vec(wanted, 1..=6)
    }

    fn declared() -> impl Strategy<Value = Vec<Declared>> {
        let columns = subsequence(COLUMNS.to_vec(), 1..=3).prop_shuffle();
        let index = (columns, prop::bool::weighted(0.2)).prop_map(|(columns, is_unique)| Declared {
            columns: columns.into_iter().map(str::to_owned).collect(),
            is_unique,
            is_fixed: is_unique,
        });
        vec(index, 0..=3)
    }

    /// Every list of distinct columns.
    fn every_index() -> Vec<Vec<String>> {
        let mut all: Vec<Vec<String>> = vec![Vec::new()];
        let mut position = 0;
        while let Some(columns) = all.get(position).cloned() {
            for column in COLUMNS.iter().filter(|column| !columns.iter().any(|known| known == *column)) {
                all.push([columns.clone(), vec![(*column).to_owned()]].concat());
            }
            position += 1;
        }
        all
    }

    /// How many indexes it takes to serve the demands, found by trying all of them.
    fn fewest(demands: &[Demand]) -> usize {
        let every = every_index();
        let served = |columns: &Vec<String>| {
            let served = demands.iter().enumerate().filter(|(_, demand)| demand.is_served_by(columns));
            served.fold(0_usize, |bits, (position, _)| bits | 1 << position)
        };
        let served: BTreeSet<usize> = every.iter().map(served).collect();
        let all = (1_usize << demands.len()) - 1;
        let mut reached = BTreeSet::from([0]);
        let mut count = 0;
        while !reached.contains(&all) {
            reached = reached.iter().flat_map(|one| served.iter().map(move |other| one | other)).collect();
            count += 1;
        }
        count
    }

    proptest! {
        #![proptest_config(lunora_properties::config(2_000))]

        #[test]
        fn no_fewer_indexes_serve_all_demands(demands in demands()) {
            let solved = solve(&[], &demands, true);
            for demand in &demands {
                prop_assert!(solved.iter().any(|index| demand.is_served_by(&index.columns)), "{demand:?}");
            }
            prop_assert_eq!(solved.len(), fewest(&demands), "{:?}", solved);
        }

        #[test]
        fn declared_indexes_are_kept_or_grown_before_others_are_added(
            demands in demands(),
            declared in declared(),
        ) {
            let solved = solve(&declared, &demands, true);
            let is_unique = |index: &Solved| index.declared.is_some_and(|position| declared[position].is_unique);
            for demand in &demands {
                let is_served = solved.iter().any(|index| serves(&index.columns, is_unique(index), demand));
                prop_assert!(is_served, "{:?}", demand);
            }
            for index in &solved {
                let Some(position) = index.declared else { continue };
                prop_assert!(index.columns.starts_with(&declared[position].columns), "{:?}", index);
                prop_assert!(!is_unique(index) || index.columns == declared[position].columns);
            }
            let rest: Vec<Demand> = demands
                .iter()
                .filter(|demand| !declared.iter().any(|index| serves(&index.columns, index.is_unique, demand)))
                .cloned()
                .collect();
            let is_idle = |index: &Solved| {
                !is_unique(index)
                    && !demands.iter().any(|demand| demand.is_served_by(&index.columns))
            };
            prop_assert!(!solved.iter().any(is_idle), "{:?}", solved);
            let added = solved.iter().filter(|index| index.declared.is_none()).count();
            prop_assert!(added <= fewest(&rest), "{:?}", solved);
            prop_assert_eq!(&solved, &solve(&declared, &demands, true));
        }
    }
}
