//! Access paths: how code reaches rows. The one concept that rules about reads and writes speak in.

use std::sync::Arc;

use ecow::EcoString;
use lunora_facts::FileId;

use crate::place::{Place, Site};
use crate::procedure::ProcedureId;

/// A read: one call site, however many ways lead to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    /// The call that begins it.
    pub key: Site,
    /// The read from its receiver (`ctx.db…`) to the end of its chain.
    pub place: Place,
    /// What it reads, in each calling context in which that differs.
    pub paths: Vec<AccessPath>,
    /// What code tests of the rows after they were read (`rows.filter(…)`, a loop that skips).
    pub row_filters: Vec<Filter>,
    /// How code sorts the rows after they were read.
    pub row_sorts: Vec<RowSort>,
    /// The procedures that reach it, each with the calls that lead there.
    pub reached_from: Vec<Reach>,
    /// The function that holds it.
    pub function: FunctionName,
}

impl Read {
    /// The files that hold it and what it says: its conditions, its index, tests of its rows. Some may be there twice.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        let own = [self.key.file, self.place.file, self.function.file];
        let steps = self.reached_from.iter().flat_map(|way| way.calls.iter());
        let ways =
            steps.filter_map(|step| step.place).chain(self.reached_from.iter().flat_map(Reach::loop_places));
        let sorts = self.row_sorts.iter().map(|sort| sort.place);
        let filters = self.row_filters.iter().flat_map(Filter::places);
        let paths = self.paths.iter().flat_map(AccessPath::places);
        own.into_iter().chain(ways.chain(sorts).chain(filters).chain(paths).map(|place| place.file))
    }

    /// Whether another version of it differs in nothing but the calls and loops that lead there from the same procedures.
    #[must_use]
    pub fn differs_in_ways_only(&self, other: &Self) -> bool {
        // Every field has a name here, so that a new one is not forgotten.
        let Self { key, place, paths, row_filters, row_sorts, reached_from, function } = self;
        are_from_same(reached_from, &other.reached_from)
            && (key, place, function) == (&other.key, &other.place, &other.function)
            && (paths, row_filters, row_sorts) == (&other.paths, &other.row_filters, &other.row_sorts)
    }
}

/// What a read does in one calling context.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessPath {
    /// The tables that it may read.
    pub tables: Vec<TableName>,
    /// Whether there can be no other tables.
    pub is_table_known: bool,
    /// Which surface of `ctx.db` it uses.
    pub surface: Surface,
    /// The method that runs it: `collect`, `findMany`, `get`, …
    pub method: EcoString,
    /// The index that it names.
    pub index: Option<IndexUse>,
    /// Conditions of a `where`; empty for a fluent read.
    pub selection: Selection,
    /// `.filter(…)` calls on the chain.
    pub filters: Vec<Filter>,
    /// The columns that it asks to be sorted by (`orderBy`), outermost first.
    pub order_by: Vec<FieldUse>,
    /// The direction of `.order(…)`, if it is known.
    pub direction: Option<Direction>,
    /// Whether `.order(…)` was called.
    pub is_ordered: bool,
    /// How many rows it may return.
    pub limit: Limit,
    /// Other columns that it names: `select`, `groupBy`, `aggregate`.
    pub other_fields: Vec<FieldUse>,
    /// Relations that it loads or tests.
    pub relations: Vec<FieldUse>,
    /// Whether a read by id names its table, by the facade or an `expectedTable`.
    pub names_table: bool,
    /// What `includeDeleted` is set to, and where, if it is.
    pub include_deleted: Option<(Operand, Option<Place>)>,
    /// The loops around it, outermost first, from the procedure inwards.
    pub loops: Vec<LoopKind>,
    /// The procedures from which the read is done this way, sorted; all of them are among those that reach the read.
    pub reached_from: Vec<ProcedureId>,
    /// What can't be told about it.
    pub unknown: Vec<Indeterminacy>,
}

impl AccessPath {
    /// Where what it says is written.
    fn places(&self) -> impl Iterator<Item = Place> {
        let index = self.index.iter().flat_map(|index| {
            let name = index.name.as_ref().and_then(|(_, place)| *place);
            name.into_iter().chain([index.place])
        });
        let tables = self.tables.iter().filter_map(|table| table.place);
        let columns = self.order_by.iter().chain(&self.other_fields).chain(&self.relations);
        let alternatives = self.selection.alternatives.iter().flatten().flatten();
        let conditions = self.selection.conditions.iter().chain(alternatives).flat_map(Condition::places);
        let filters = self.filters.iter().flat_map(Filter::places);
        let columns = columns.chain(&self.selection.fields).filter_map(|column| column.place);
        index.chain(tables).chain(columns).chain(conditions).chain(filters)
    }

    /// Whether the read is done this way from a procedure.
    #[must_use]
    pub fn is_reached_from(&self, procedure: ProcedureId) -> bool {
        self.reached_from.binary_search(&procedure).is_ok()
    }
}

/// A table's name where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    /// The name.
    pub name: EcoString,
    /// Where it is written.
    pub place: Option<Place>,
}

/// The surfaces of `ctx.db`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Surface {
    /// `ctx.db.query("t")…`.
    Fluent,
    /// `ctx.db.findMany("t", …)`, `ctx.db.get(id)`.
    Flat,
    /// `ctx.db.t.findMany(…)`.
    Facade,
    /// `ctx.orm.query.t.findMany(…)`.
    Orm,
}

/// An index that a read names.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexUse {
    /// Which kind of index the call wants.
    pub kind: crate::schema::IndexKind,
    /// Its name and where that is written; `None` if it can't be told.
    pub name: Option<(EcoString, Option<Place>)>,
    /// The call, from the method name on.
    pub place: Place,
    /// What the range says.
    pub range: Range,
}

/// The range of an index.
#[derive(Clone, Debug, PartialEq)]
pub enum Range {
    /// No callback.
    Absent,
    /// The bounds in the order of their calls.
    Known(Vec<Bound>),
    /// The callback could not be read.
    Indeterminate,
}

/// One bound of a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The column and where it is written; `None` if it can't be told.
    pub column: Option<FieldUse>,
    /// What the column is compared by.
    pub operator: Operator,
    /// What it is compared with.
    pub operand: Operand,
    /// The call, from the method name on.
    pub place: Place,
}

/// How a column is compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operator {
    Equal,
    /// One of several values.
    In,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// What a column is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// Where its value comes from.
    pub origin: Origin,
    /// The literal, as source text (strings in double quotes).
    pub literal: Option<EcoString>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Written in the source.
    Literal,
    /// An argument of the procedure: its path (`args.filter.status` is `filter`, `status`).
    Argument(Vec<EcoString>),
    /// `ctx.auth…`.
    Identity,
    /// A column of a row of another read.
    Row {
        column: EcoString,
    },
    Environment,
    Clock,
    Random,
    /// The result of a call that is not followed.
    Call,
    /// More than one of these, or not known.
    Mixed,
}

/// The conditions that a `where` puts on rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Conditions that all hold.
    pub conditions: Vec<Condition>,
    /// Whether there are conditions that no index can serve (`contains`, `NOT`, relations, mixed `OR`).
    pub has_residual: bool,
    /// Alternatives of `OR`s: each a list of conditions. An index serves an `OR` if one serves each alternative.
    pub alternatives: Vec<Vec<Vec<Condition>>>,
    /// Whether there may be further conditions.
    pub is_open: bool,
    /// Every column that is named, for checks of names.
    pub fields: Vec<FieldUse>,
    /// Whether there was a `where` at all.
    pub is_present: bool,
}

/// A comparison of a column with a value that is fixed before the read begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The column.
    pub column: EcoString,
    /// Where it is named, if it is by a name that can be shown.
    pub place: Option<Place>,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    pub operand: Operand,
    /// The comparison as written, for a condition of a predicate.
    pub source: Option<ConditionSource>,
    /// Whether it applies only on some paths (a conditional spread, `!args.x || row.x === args.x`).
    pub is_conditional: bool,
}

/// Where a comparison of a predicate is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConditionSource {
    /// The whole comparison.
    pub comparison: Place,
    /// What the column is compared with.
    pub operand: Place,
}

impl Condition {
    fn places(&self) -> impl Iterator<Item = Place> {
        self.place
            .into_iter()
            .chain(self.source.iter().flat_map(|source| [source.comparison, source.operand]))
    }
}

/// What a `.filter(…)` or code after the read tests of each row.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The call from the method name on, or the loop.
    pub place: Place,
    /// The method: `filter`, `find`, `some`, `every`, `for`, …
    pub method: EcoString,
    /// Comparisons of a column with a fixed value that all must hold.
    pub conditions: Vec<Condition>,
    /// Whether it tests anything beyond the conditions.
    pub has_residual: bool,
    /// Whether the test could be read.
    pub is_readable: bool,
    /// Whether the array that it picks from is looked at nowhere else under the same name.
    pub is_only_use: bool,
}

impl Filter {
    fn places(&self) -> impl Iterator<Item = Place> {
        self.conditions.iter().flat_map(Condition::places).chain([self.place])
    }
}

/// A sort in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct RowSort {
    /// The call from the method name on.
    pub place: Place,
    /// The columns that it compares; `None` if the comparison is not a plain one.
    pub columns: Option<Vec<EcoString>>,
}

/// A column's name where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldUse {
    /// The name; may be a dotted path.
    pub name: EcoString,
    /// Where it is written.
    pub place: Option<Place>,
}

/// The direction of a sort.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    Ascending,
    Descending,
}

/// How many rows a read may return.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Limit {
    /// All of them.
    None,
    /// At most so many; `first` is 1.
    Constant(f64),
    /// A page, whose size the caller chooses.
    Page,
    /// A number from outside without a maximum.
    Unbounded,
    /// A number that can't be told.
    Unknown,
}

impl Limit {
    /// Whether it keeps a read from returning the whole table.
    #[must_use]
    pub fn is_bounding(self) -> bool {
        matches!(self, Self::Constant(_) | Self::Page | Self::Unknown)
    }
}

/// What a loop around an operation goes over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LoopKind {
    /// Rows of another read.
    Rows(Site),
    /// An array from the arguments, with the most elements that its validator lets pass.
    Argument { maximum: Option<usize> },
    /// A constant number of elements.
    Constant(usize),
    /// Anything else.
    Unknown,
}

/// What could not be told of an operation, and why.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Indeterminacy {
    /// The table's name is computed.
    Table,
    /// The receiver is called `db`, but may be another database.
    Database,
    /// The index's name is computed.
    IndexName,
    /// The range callback could not be read.
    Range,
    /// The arguments of an object read could not be read.
    Arguments,
    /// A filter could not be read.
    Filter,
    /// Calls are nested too deeply, or too much has run.
    Limit,
}

impl Indeterminacy {
    /// The reason in words.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Table => "the table's name is computed",
            Self::Database => "the receiver may be another database",
            Self::IndexName => "the index's name is computed",
            Self::Range => "the range callback could not be read",
            Self::Arguments => "the arguments could not be read",
            Self::Filter => "the filter could not be read",
            Self::Limit => "calls are nested too deeply, or too many, to follow this function",
        }
    }
}

/// A procedure that reaches an operation.
#[derive(Clone, PartialEq, Debug)]
pub struct Reach {
    /// Which.
    pub procedure: ProcedureId,
    /// The calls from the procedure's handler to the function that holds the operation; empty if the handler itself does.
    pub calls: Arc<[CallStep]>,
    /// The loops on the way, outermost first.
    pub loops: Vec<LoopUse>,
    /// Whether some runs of the procedure pass the operation by.
    pub is_conditional: bool,
}

impl Reach {
    fn loop_places(&self) -> impl Iterator<Item = Place> {
        self.loops.iter().map(|around| around.place)
    }
}

/// A loop around an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoopUse {
    /// What it goes over.
    pub kind: LoopKind,
    /// The loop statement, or the call that runs a callback once an element.
    pub place: Place,
}

/// One call on the way to an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallStep {
    /// The call; `None` for a callback that the platform runs.
    pub place: Option<Place>,
    /// The function that is called.
    pub function: FunctionName,
}

/// A function by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionName {
    /// The file.
    pub file: FileId,
    /// Its name; `None` for the top level and for functions without one.
    pub name: Option<Arc<str>>,
}

/// A write: one call site.
#[derive(Clone, PartialEq, Debug)]
pub struct Write {
    /// The call.
    pub site: Site,
    /// The call from its receiver (`ctx.db…`) on.
    pub place: Place,
    /// The method name to the end of the call.
    pub call: Place,
    /// The method: `insert`, `patch`, …
    pub method: EcoString,
    /// The tables that it may write.
    pub tables: Vec<TableName>,
    /// For each of the tables, the procedures from which it is that one.
    pub table_writers: Vec<Vec<ProcedureId>>,
    /// Whether there can be no other tables.
    pub is_table_known: bool,
    /// Whether the receiver is Lunora's database for sure.
    pub is_database_certain: bool,
    /// Whether the call itself names its table.
    pub names_table: bool,
    /// Whether it is addressed by id.
    pub is_by_id: bool,
    /// The read whose rows it is addressed to (`ctx.db.delete(row._id)`).
    pub id_row: Option<Site>,
    /// Whether it removes rows for good, also on a table with soft deletes.
    pub is_hard: bool,
    /// Conditions of a bulk write.
    pub selection: Selection,
    /// The columns by which an upsert looks for the row that may be there; `None` for any other write, and if they can't be told.
    pub target: Option<Vec<FieldUse>>,
    /// The columns of rows that are there already to which it gives values, by name; `None` if that may be any.
    pub patched: Option<Vec<EcoString>>,
    /// The loops around it.
    pub loops: Vec<LoopKind>,
    /// The procedures that reach it.
    pub reached_from: Vec<Reach>,
    /// The function that holds it.
    pub function: FunctionName,
}

impl Write {
    /// Whether another version of it differs in nothing but the calls and loops that lead there from the same procedures.
    #[must_use]
    pub fn differs_in_ways_only(&self, other: &Self) -> bool {
        // Every field has a name here, so that a new one is not forgotten.
        let Self {
            site,
            place,
            call,
            method,
            tables,
            table_writers,
            is_table_known,
            is_database_certain,
            names_table,
            is_by_id,
            id_row,
            is_hard,
            selection,
            target,
            patched,
            loops,
            reached_from,
            function,
        } = self;
        are_from_same(reached_from, &other.reached_from)
            && (site, place, call, id_row) == (&other.site, &other.place, &other.call, &other.id_row)
            && (is_table_known, is_database_certain) == (&other.is_table_known, &other.is_database_certain)
            && (names_table, is_by_id, is_hard) == (&other.names_table, &other.is_by_id, &other.is_hard)
            && (method, tables, table_writers) == (&other.method, &other.tables, &other.table_writers)
            && (selection, target, patched) == (&other.selection, &other.target, &other.patched)
            && (loops, function) == (&other.loops, &other.function)
    }

    /// The procedures from which it writes a table.
    #[must_use]
    pub fn writers_of(&self, table: &str) -> &[ProcedureId] {
        let index = self.tables.iter().position(|known| known.name == table);
        index.and_then(|index| self.table_writers.get(index)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether it changes the row that it finds by some columns, or makes one.
    #[must_use]
    pub fn is_upsert(&self) -> bool {
        matches!(self.method.as_str(), "upsert" | "upsertMany")
    }

    /// Whether it can make a row.
    #[must_use]
    pub fn is_insert(&self) -> bool {
        self.is_upsert() || matches!(self.method.as_str(), "insert" | "insertMany" | "insertManyUnsafe")
    }
}

/// A call or schedule of another procedure: one call site.
#[derive(Clone, PartialEq, Debug)]
pub struct Dispatch {
    /// The call.
    pub place: Place,
    /// The call from the method name on.
    pub call: Place,
    /// Whether its options name a shard key; `None` if that can't be told.
    pub has_shard_key: Option<bool>,
    /// `runQuery`, `runAfter`, `cron`, …
    pub method: EcoString,
    /// What it names.
    pub target: Target,
    /// Whether some runs of each procedure that reaches it pass it by.
    pub is_conditional: bool,
    /// The procedures that reach it.
    pub reached_from: Vec<Reach>,
    /// The function that holds it.
    pub function: FunctionName,
}

/// A look at the clock, a source of randomness, or the network: one call site.
#[derive(Clone, PartialEq, Debug)]
pub struct Ambient {
    /// The call.
    pub place: Place,
    /// What is called: `Date.now`, `Math.random`, `fetch`, …
    pub callee: EcoString,
    /// The procedures that reach it.
    pub reached_from: Vec<Reach>,
    /// The function that holds it.
    pub function: FunctionName,
}

/// A loop that nothing in its body leaves.
#[derive(Clone, PartialEq, Debug)]
pub struct EndlessLoop {
    /// The statement.
    pub place: Place,
    /// `while`, `do` or `for`.
    pub keyword: &'static str,
    /// The procedures that reach it.
    pub reached_from: Vec<Reach>,
    /// The function that holds it.
    pub function: FunctionName,
}

/// A function that was called and not followed, since calls are nested too deeply there or too much has run: what it does is not known.
#[derive(Clone, PartialEq, Debug)]
pub struct Unfollowed {
    /// The function.
    pub place: Place,
    /// The procedures that reach it.
    pub reached_from: Vec<Reach>,
}

/// A chain of names below `api` or `internal`, wherever it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReferenceUse {
    /// What it names: a procedure, or the part of a path that leads to several.
    pub target: Target,
    /// The whole chain.
    pub place: Place,
}

/// A module that a file imports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportUse {
    /// The specifier as written.
    pub specifier: EcoString,
    /// Whether only types are imported.
    pub is_type_only: bool,
    /// The specifier, quotes included.
    pub place: Place,
}

/// What a dispatch names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `api.a.b` or `internal.a.b`.
    Reference { is_internal: bool, path: Vec<EcoString>, place: Option<Place> },
    /// `"ns:fn"`.
    Key { key: EcoString, place: Option<Place> },
    /// It can't be told.
    Unknown,
}

fn are_from_same(ways: &[Reach], others: &[Reach]) -> bool {
    ways.iter().map(|way| way.procedure).eq(others.iter().map(|way| way.procedure))
}
