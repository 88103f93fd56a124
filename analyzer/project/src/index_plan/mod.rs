//! The fewest indexes that serve every read of a table.
//!
//! A read wants an index that begins with the columns that it holds equal, in any order, and goes on with a column that it bounds or with
//! those that it sorts by: a [`Demand`]. Two demands can share an index if one is a prefix of the other under some order of the equal
//! columns. The plan of a table has the fewest indexes with which every demand is served, given that unique indexes stay (they are
//! constraints) and that declared ones stay where they serve, grown by further columns if no read relies on their order.

mod advice;
mod cover;
mod demand;
mod gather;
mod known;
mod naming;
mod plan;
mod solve;
#[cfg(test)]
mod tests;
mod wants;

use ecow::EcoString;
use rustc_hash::{FxHashMap, FxHashSet};

pub use self::advice::{IndexAdvice, declared_for};
pub use self::demand::Demand;
use self::gather::{TableAccesses, gather};
pub use self::known::KnownPlans;
pub(crate) use self::naming::NamingStyle;
pub use self::naming::free_name;
use self::solve::serves;
use crate::access::Indeterminacy;
use crate::place::Place;
use crate::procedure::ProcedureId;
use crate::project::Project;
use crate::schema::{Table, Tier};

/// What all reads and writes of a project want of the indexes of its tables. Gathered once; each table is then planned on its own.
#[derive(Debug)]
pub struct IndexPlan<'a> {
    project: &'a Project,
    tables: FxHashMap<&'a str, TableAccesses>,
    /// Accesses that may be of any table.
    anywhere: Vec<UnreadAccess>,
}

/// The indexes that a table should have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TablePlan {
    /// The table's name.
    pub table: String,
    /// What its reads want, each once, in the order in which the source is read.
    pub demands: Vec<WantedIndex>,
    /// Declared indexes that stay, in the order of declaration.
    pub keep: Vec<KeptIndex>,
    /// Declared indexes to which columns should be appended.
    pub widen: Vec<PlannedIndex>,
    /// Indexes that should be declared.
    pub add: Vec<PlannedIndex>,
    /// Declared indexes that should go, in the order of declaration.
    pub drop: Vec<DroppedIndex>,
    /// What reads want and no index of the plan gives.
    pub unserved: Vec<Unserved>,
    /// What keeps the plan from changing declared indexes: accesses that may use any of them.
    pub indeterminate: Vec<UnreadAccess>,
    /// What keeping up each index costs.
    pub cost: WriteCost,
}

/// What some reads want of an index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedIndex {
    /// What they want.
    pub demand: Demand,
    /// The reads and writes.
    pub uses: Vec<IndexUser>,
}

/// A read or a write in bulk that finds its rows by columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexUser {
    /// Which operation.
    pub access: Access,
    /// Where it is.
    pub place: Place,
    /// The relation that leads from what it reads to the table, as a path of relation names.
    pub relation: Option<String>,
}

/// An operation, by its position in [`Project::reads`] or [`Project::writes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Access {
    /// A read.
    Read(usize),
    /// A write.
    Write(usize),
}

/// An index of the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedIndex {
    /// Its name; `None` for a `.unique()` column, which has none, and for a declared one whose name could not be read.
    pub name: Option<String>,
    /// Its columns.
    pub columns: Vec<String>,
    /// The declared index that it is or grows from, by its position in [`Table::indexes`].
    pub declared: Option<usize>,
    /// How many of its columns are declared already.
    pub declared_columns: usize,
    /// Whether it is a uniqueness constraint.
    pub is_unique: bool,
    /// What it serves, by position in [`TablePlan::demands`].
    pub serves: Vec<usize>,
}

/// A declared index that stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptIndex {
    /// The index.
    pub index: PlannedIndex,
    /// Why.
    pub reason: KeepReason,
}

/// Why a declared index stays.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeepReason {
    /// It serves reads.
    Serves,
    /// It is a constraint.
    Unique,
    /// It is the only one that finds the rows that point at a row of another table.
    ForeignKey,
    /// It is the only one that begins with a column by which Lunora itself looks for rows: shapes, policies, `.ttl()`, `.ownedBy()`, `.softDelete()`.
    Platform,
    /// Some access may use it.
    Indeterminate,
    /// Nothing is known to read or write the table at all.
    Untouched,
}

/// A declared index that should go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DroppedIndex {
    /// The index, with what it serves today.
    pub index: PlannedIndex,
    /// The index of the plan that begins with all of its columns and serves all that it serves; `None` if it serves nothing.
    pub covered_by: Option<PlannedIndex>,
    /// The reads that name it and have to name another one first, by position in [`Project::reads`].
    pub named_by: Vec<usize>,
}

/// Something that a read asks and the plan does not give.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unserved {
    /// The read or write.
    pub user: IndexUser,
    /// The columns that are not served; empty if it can't be told which they are.
    pub columns: Vec<String>,
    /// Why not.
    pub reason: UnservedReason,
}

/// Why an index does not give what a read asks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnservedReason {
    /// All that it tests of rows is what no index holds: parts of text, two columns compared, alternatives over different columns.
    Test,
    /// It bounds a second column; an index gives one run of one column.
    SecondRange,
    /// It bounds another column than those in whose order its rows come.
    RangeBesideOrder,
    /// It sorts by other columns than the one that it bounds.
    SortBesideRange,
    /// It sorts rows that are found in several places of an index: several values of a column, or alternatives.
    SortAcrossValues,
    /// It names an index that the table lacks.
    MissingIndex,
    /// Not all declared indexes could be read, so that one of them may serve it.
    UnreadIndexes,
}

/// An access of which it can't be told which index it uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnreadAccess {
    /// Where it is; `None` if it may be in a file that could not be read.
    pub place: Option<Place>,
    /// What can't be told.
    pub reason: UnreadReason,
}

/// What can't be told about an access.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnreadReason {
    /// Something about the operation.
    Access(Indeterminacy),
    /// Its `where` may have further conditions.
    OpenWhere,
    /// It walks from row to row by columns that hold ids.
    Related,
    /// It looks for the row to update by columns that it names elsewhere.
    Upsert,
    /// A file could not be read.
    File,
    /// Not all indexes of the table could be read.
    Indexes,
}

/// Who pays for an index of a table. Rows are stored as documents: an update writes each index of the row again, whatever it changes. Only
/// tables with `.global()` have columns of their own, where an update may leave an index alone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WriteCost {
    /// What inserts rows, in the order of the source.
    pub inserts: Vec<ProcedureId>,
    /// What updates rows, in the order of the source.
    pub updates: Vec<Update>,
}

/// What updates rows of a table.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Update {
    /// The procedure.
    pub procedure: ProcedureId,
    /// The columns that it gives values; `None` if that may be any.
    pub columns: Option<Vec<EcoString>>,
}

impl<'a> IndexPlan<'a> {
    /// Gathers what a project wants of its indexes.
    #[must_use]
    pub fn new(project: &'a Project) -> Self {
        gather(project)
    }

    /// The plan of a table.
    #[must_use]
    pub fn table(&self, table: &Table) -> TablePlan {
        plan::plan(self.project, table, self.tables.get(table.name.as_str()), &self.anywhere)
    }

    /// The tables that something was gathered of; `None` if that may be any.
    fn touched(&self) -> Option<FxHashSet<&'a str>> {
        self.anywhere.is_empty().then(|| self.tables.keys().copied().collect())
    }
}

impl TablePlan {
    /// Every index of the plan: those that stay, grow, and are added.
    pub fn indexes(&self) -> impl Iterator<Item = &PlannedIndex> {
        self.keep.iter().map(|kept| &kept.index).chain(&self.widen).chain(&self.add)
    }

    /// The index of the plan that serves a demand, also one that is not among its own; of several the one with the fewest columns, and
    /// of those one that is declared. `None` if the demand needs no index, or the plan has none for it.
    #[must_use]
    pub fn index_for(&self, demand: &Demand) -> Option<&PlannedIndex> {
        let servers = self.indexes().filter(|index| serves(&index.columns, index.is_unique, demand));
        servers.min_by_key(|index| index.columns.len()).filter(|_| !demand.is_built_in())
    }

    /// What a read or write wants of the table's indexes, by position in [`TablePlan::demands`]: several for an `OR`, or if its rows are
    /// used in several ways.
    pub fn demands_of(&self, access: Access) -> impl Iterator<Item = usize> {
        let wants = move |wanted: &WantedIndex| wanted.uses.iter().any(|user| user.access == access);
        self.demands.iter().enumerate().filter(move |(_, wanted)| wants(wanted)).map(|(position, _)| position)
    }

    /// What writes the row of an index of this table again: where rows are documents each update, else those of its columns.
    #[must_use]
    pub fn updaters(&self, table: &Table, index: &PlannedIndex) -> Vec<ProcedureId> {
        let is_touched = |update: &&Update| match &update.columns {
            Some(columns) if table.tier == Tier::Global => {
                columns.iter().any(|column| index.columns.iter().any(|own| own == column))
            }
            _ => true,
        };
        let mut procedures: Vec<ProcedureId> =
            self.cost.updates.iter().filter(is_touched).map(|update| update.procedure).collect();
        procedures.dedup();
        procedures
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.add.is_empty() && self.widen.is_empty() && self.drop.is_empty()
    }
}

impl UnservedReason {
    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Test => "what it tests of rows is nothing that an index holds",
            Self::SecondRange => "an index gives a run of one column, and another is bounded already",
            Self::RangeBesideOrder => "it bounds another column than those in whose order its rows come",
            Self::SortBesideRange => "it sorts by other columns than the one that it bounds",
            Self::SortAcrossValues => "it sorts rows from several places of an index",
            Self::MissingIndex => "it names an index that the table lacks",
            Self::UnreadIndexes => "not all declared indexes could be read",
        }
    }
}

impl UnreadReason {
    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Access(reason) => reason.reason(),
            Self::OpenWhere => "its `where` may have conditions that could not be read",
            Self::Related => "it walks from row to row by columns that hold ids",
            Self::Upsert => "it looks for its row by columns that it names elsewhere",
            Self::File => "a file could not be read",
            Self::Indexes => "not all indexes of the table could be read",
        }
    }
}
