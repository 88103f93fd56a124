//! Whether the range of an index selects one run of it.

use lunora_project::access::{Bound, Operator};

use super::IndexRun;

/// Why a range does not select one run of its index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum RangeFault {
    /// A column before this one is not pinned by equality.
    Skips { skipped: String, column: String },
    /// The calls are those of a good range, in another order.
    Order { expected: Vec<String> },
    /// The index does not hold this column.
    Outside { column: String },
    /// A column is pinned after an earlier one is only bounded.
    AfterRange { bounded: String, column: String },
    /// A column has two lower or two upper bounds, or a bound beside an equality.
    Twice { column: String },
}

/// The run of an index that SQLite reads rows from: it takes the bounds in any order.
pub(super) fn narrowing(columns: &[&str], bounds: &[Bound]) -> IndexRun {
    let mut run = IndexRun::default();
    for column in columns {
        let mut of_column = bounds.iter().filter(|bound| is_on(bound, column)).peekable();
        if of_column.peek().is_none() {
            break;
        }
        if of_column.any(|bound| bound.operator == Operator::Equal) {
            run.equal.push((*column).to_owned());
        } else {
            run.bounded = Some((*column).to_owned());
            break;
        }
    }
    run
}

/// The run that an index for these bounds would have: a run has room for one range.
pub(super) fn wanted(bounds: &[Bound]) -> IndexRun {
    let mut run = IndexRun::default();
    for bound in bounds {
        let Some(column) = bound.column.as_ref().map(|column| column.name.as_str()) else { continue };
        if bound.operator != Operator::Equal {
            run.bounded = run.bounded.or_else(|| Some(column.to_owned()));
        } else if run.equal.iter().all(|known| known != column) {
            run.equal.push(column.to_owned());
        }
    }
    run.bounded = run.bounded.filter(|column| !run.equal.contains(column));
    run
}

fn is_on(bound: &Bound, column: &str) -> bool {
    bound.column.as_ref().is_some_and(|bounded| bounded.name == column)
}

/// The column that orders rows which are equal in all columns of an index.
const TIE_BREAKER: &str = "_creationTime";

/// Looks for a fault in the bounds of a range over the columns of an index. `None` also if a column could not be read.
pub(crate) fn fault(columns: &[&str], bounds: &[Bound]) -> Option<RangeFault> {
    let named: Option<Vec<(&str, Operator)>> =
        bounds.iter().map(|bound| Some((bound.column.as_ref()?.name.as_str(), bound.operator))).collect();
    let named = named?;
    let in_order = walk(columns, &named)?;
    // If sorting the calls mends the range, the order is all that is wrong.
    let mut sorted = named.clone();
    sorted.sort_by_key(|(column, _)| position(columns, column));
    if sorted != named && walk(columns, &sorted).is_none() {
        let mut expected: Vec<String> = sorted.iter().map(|(column, _)| (*column).to_owned()).collect();
        expected.dedup();
        return Some(RangeFault::Order { expected });
    }
    Some(in_order)
}

fn position(columns: &[&str], column: &str) -> usize {
    columns.iter().position(|known| *known == column).unwrap_or(columns.len())
}

/// Follows the calls along the columns; the first that leaves the run is the fault.
fn walk(columns: &[&str], bounds: &[(&str, Operator)]) -> Option<RangeFault> {
    let mut pinned = 0;
    let mut bounded: Option<Bounded<'_>> = None;
    for (column, operator) in bounds {
        let here = position(columns, column);
        let is_tie_breaker = *column == TIE_BREAKER && here == columns.len();
        if here == columns.len() && !is_tie_breaker {
            return Some(RangeFault::Outside { column: (*column).to_owned() });
        }
        if let Some(open) = &mut bounded {
            if open.column != *column {
                return Some(RangeFault::AfterRange {
                    bounded: open.column.to_owned(),
                    column: (*column).to_owned(),
                });
            }
            if !open.admit(*operator) {
                return Some(RangeFault::Twice { column: (*column).to_owned() });
            }
            continue;
        }
        if here < pinned {
            return Some(RangeFault::Twice { column: (*column).to_owned() });
        }
        if here > pinned {
            let skipped = columns.get(pinned).copied().unwrap_or_default();
            return Some(RangeFault::Skips { skipped: skipped.to_owned(), column: (*column).to_owned() });
        }
        if matches!(operator, Operator::Equal | Operator::In) {
            pinned += 1;
        } else {
            let mut open = Bounded { column, has_lower: false, has_upper: false };
            open.admit(*operator);
            bounded = Some(open);
        }
    }
    None
}

/// The column that a range ends in.
struct Bounded<'a> {
    column: &'a str,
    has_lower: bool,
    has_upper: bool,
}

impl Bounded<'_> {
    /// Adds a bound; says whether it is the first of its kind.
    fn admit(&mut self, operator: Operator) -> bool {
        let side = match operator {
            Operator::Greater | Operator::GreaterOrEqual => &mut self.has_lower,
            Operator::Less | Operator::LessOrEqual => &mut self.has_upper,
            Operator::Equal | Operator::In => return false,
        };
        !std::mem::replace(side, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(bounds: &[(&str, Operator)]) -> Option<RangeFault> {
        walk(&["a", "b", "c"], bounds)
    }

    #[test]
    fn equalities_then_one_range_are_one_run() {
        use Operator::{Equal, GreaterOrEqual, Less};
        assert_eq!(judge(&[("a", Equal)]), None);
        assert_eq!(judge(&[("a", Equal), ("b", Less), ("b", GreaterOrEqual)]), None);
        assert_eq!(judge(&[("a", Equal), ("b", Equal), ("c", Equal), ("_creationTime", Less)]), None);
    }

    #[test]
    fn everything_else_has_its_fault() {
        use Operator::{Equal, Greater, GreaterOrEqual};
        let fault = |bounds: &[(&str, Operator)]| judge(bounds).map(|fault| format!("{fault:?}"));
        let is = |bounds: &[(&str, Operator)], name: &str| {
            assert!(fault(bounds).is_some_and(|fault| fault.starts_with(name)), "{:?}", fault(bounds));
        };
        is(&[("b", Equal)], "Skips");
        is(&[("a", Equal), ("_creationTime", Greater)], "Skips");
        is(&[("a", Equal), ("d", Equal)], "Outside");
        is(&[("a", Greater), ("b", Equal)], "AfterRange");
        is(&[("a", Greater), ("a", GreaterOrEqual)], "Twice");
        is(&[("a", Equal), ("a", Equal)], "Twice");
    }
}
