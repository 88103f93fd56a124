//! What one read costs, judged once for all rules.
//!
//! A read is one call site with one access path for each calling context. Every path is judged by itself; of the verdicts the most
//! specific one stands, so that a read is reported once and all rules agree on which of them reports it. The order of [`Cost`] is that
//! precedence.

mod names;
mod object;
mod path;
mod range;

use std::sync::Arc;

use lunora_project::access::{Condition, Read, Write};
use lunora_project::{Place, Project};

pub(crate) use names::{NameError, is_unknown_table, lacks_field};
pub(crate) use range::{RangeFault, fault as range_fault};

/// What was found out about a read or a write. Of most there is nothing to say, which takes no looking up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judgement(Option<Arc<Fault>>);

/// What is wrong with a read or a write.
#[derive(Debug)]
enum Fault {
    /// Names that make it fail when it runs. Nothing is said of its cost then.
    Names(Vec<NameError>),
    /// It costs more than it should.
    Cost(Verdict),
}

impl Judgement {
    /// The names that make it fail when it runs.
    pub(crate) fn errors(&self) -> &[NameError] {
        match self.0.as_deref() {
            Some(Fault::Names(errors)) => errors,
            _ => &[],
        }
    }

    /// Why it costs more than it should, if it does.
    pub(crate) fn verdict(&self) -> Option<&Verdict> {
        match self.0.as_deref() {
            Some(Fault::Cost(verdict)) => Some(verdict),
            _ => None,
        }
    }

    fn of(errors: Vec<NameError>, verdict: impl FnOnce() -> Option<Verdict>) -> Self {
        let fault = if errors.is_empty() { verdict().map(Fault::Cost) } else { Some(Fault::Names(errors)) };
        Self(fault.map(Arc::new))
    }
}

/// Why a read costs more than it should.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    /// The reason.
    pub(crate) cost: Cost,
    /// The tables that it concerns, in the calling context that shows the reason.
    pub(crate) tables: Vec<String>,
}

/// The reasons, most specific first.
#[derive(Clone, Debug)]
pub(crate) enum Cost {
    /// Rows are compared by `_id`, which a lookup by id would find at once.
    FilterOnPrimaryKey { filter: Place },
    /// Rows are told apart by columns that an index could serve.
    FilterWithoutIndex(FilterCost),
    /// A limit follows a filter and is applied only after all rows were loaded.
    FilterDefeatsLimit(LimitCost),
    /// Rows are sorted although an index could hold them in that order.
    SortWithoutIndex(SortCost),
    /// The range of an index does not select one run of it.
    IndexRangeNotPrefix(RangeCost),
    /// An index is walked from end to end.
    IndexWithoutRange { index: String },
    /// The whole table is read.
    UnboundedCollect,
    /// An index is used, and a further column is tested afterwards.
    ResidualFilter(ResidualCost),
}

/// A test of columns that no used index serves.
#[derive(Clone, Debug)]
pub(crate) struct FilterCost {
    /// The call or loop that tests; `None` if the read's own `where` does.
    pub(crate) place: Option<Place>,
    /// The tests.
    pub(crate) conditions: Vec<Condition>,
    /// How it is written.
    pub(crate) form: FilterForm,
    /// The method or loop that tests: `filter`, `find`, `for`; empty for a `where`.
    pub(crate) method: String,
}

/// A limit that comes too late.
#[derive(Clone, Debug)]
pub(crate) struct LimitCost {
    /// The first filter before it.
    pub(crate) filter: Place,
    /// What the filters test that an index can serve.
    pub(crate) conditions: Vec<Condition>,
    /// How the read comes by the rows that are filtered.
    pub(crate) source: RowSource,
}

/// Where the rows come from that a read then filters.
#[derive(Clone, Debug)]
pub(crate) enum RowSource {
    /// The whole table.
    Table,
    /// One run of an index.
    Run(IndexRun),
    /// The range of an index that is not one run of it.
    Range,
    /// A search or a look around a point.
    Search,
}

/// One run of an index.
#[derive(Clone, Default, Debug)]
pub(crate) struct IndexRun {
    /// The columns that are held equal.
    pub(crate) equal: Vec<String>,
    /// The column after those, if it is bounded.
    pub(crate) bounded: Option<String>,
}

/// A sort that no used index does.
#[derive(Clone, Debug)]
pub(crate) struct SortCost {
    /// The call that sorts; `None` if the read's own `orderBy` does.
    pub(crate) place: Option<Place>,
    /// The columns, outermost first.
    pub(crate) columns: Vec<String>,
    /// The columns that the read holds equal.
    pub(crate) equal: Vec<String>,
    /// The column that the read bounds, if it does.
    pub(crate) bounded: Option<String>,
}

/// A range that is not one run of its index.
#[derive(Clone, Debug)]
pub(crate) struct RangeCost {
    /// The index.
    pub(crate) index: String,
    /// What is wrong with the range.
    pub(crate) fault: RangeFault,
    /// The run of the index that rows are read from.
    pub(crate) narrowing: IndexRun,
    /// The run that an index for all bounds would have.
    pub(crate) wanted: IndexRun,
    /// Whether a limit may end the read before all of the run was seen.
    pub(crate) is_limited: bool,
}

/// A test of columns beyond those that the used index serves.
#[derive(Clone, Debug)]
pub(crate) struct ResidualCost {
    /// The call or loop that tests; `None` if the read's own `where` does.
    pub(crate) place: Option<Place>,
    /// What is found by the index.
    pub(crate) run: IndexRun,
    /// The columns that are tested for equality beyond it.
    pub(crate) equal: Vec<String>,
    /// The column that is tested for a range beyond it, if the run leaves room for one.
    pub(crate) bounded: Option<String>,
}

/// How a filter is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FilterForm {
    /// `.filter(…)` on the reader.
    Chain,
    /// A method or a loop on the rows that were read.
    Rows,
    /// The `where` of the read or of a bulk write.
    Where,
}

impl Cost {
    /// The position in the order of precedence; a smaller one is more specific.
    fn rank(&self) -> u8 {
        match self {
            Self::FilterOnPrimaryKey { .. } => 0,
            Self::FilterWithoutIndex(_) => 1,
            Self::FilterDefeatsLimit(_) => 2,
            Self::SortWithoutIndex(_) => 3,
            Self::IndexRangeNotPrefix(_) => 4,
            Self::IndexWithoutRange { .. } => 5,
            Self::UnboundedCollect => 6,
            Self::ResidualFilter(_) => 7,
        }
    }
}

/// Judges a read. Code that nothing reaches never runs: nothing is said of it.
pub(crate) fn judge(project: &Project, read: &Read) -> Judgement {
    if read.reached_from.is_empty() || !project.schema.is_readable {
        return Judgement::default();
    }
    let verdict = |access| path::verdict(&project.schema, read, access);
    Judgement::of(names::read_name_errors(project, read), || {
        most_specific(read.paths.iter().filter_map(verdict))
    })
}

/// Judges a write: its names, and the `where` of one in bulk, which finds its rows as a read does.
pub(crate) fn judge_write(project: &Project, write: &Write) -> Judgement {
    if write.reached_from.is_empty() || !write.is_database_certain {
        return Judgement::default();
    }
    Judgement::of(names::write_name_errors(project, write), || cost_of_write(project, write))
}

fn cost_of_write(project: &Project, write: &Write) -> Option<Verdict> {
    if !write.selection.is_present || !write.is_table_known {
        return None;
    }
    let tables = path::tables(&project.schema, &write.tables)?;
    most_specific(object::variants(&write.selection).into_iter().filter_map(|conditions| {
        let is_missed = object::is_missed(&tables, &write.selection, &conditions);
        is_missed.then(|| Verdict {
            cost: object::filter_cost(&tables, &write.selection, conditions),
            tables: table_names(&write.tables),
        })
    }))
}

fn most_specific(verdicts: impl Iterator<Item = Verdict>) -> Option<Verdict> {
    verdicts.min_by_key(|verdict| verdict.cost.rank())
}

fn table_names(tables: &[lunora_project::access::TableName]) -> Vec<String> {
    tables.iter().map(|table| table.name.to_string()).collect()
}
