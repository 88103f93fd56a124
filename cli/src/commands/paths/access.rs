//! Accesses as they are printed, version 1 of the JSON format.

use lunora_check::positions;
use serde::Serialize;

/// One read or write of one table, in every calling context in which it does the same.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Access {
    pub(super) kind: AccessKind,
    /// Absent if it can't be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<String>,
    /// Absent if the schema lacks the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shard_key: Option<String>,
    #[serde(flatten)]
    pub(super) location: Location,
    /// The named function that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) surface: Option<&'static str>,
    pub(super) method: String,
    /// The relation of the table that is read, if this is what it leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) relation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) index: Option<IndexPart>,
    /// What a range or a `where` compares columns with.
    pub(super) bounds: Vec<BoundPart>,
    /// `OR`s: each a list of alternatives, each a list of bounds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) alternatives: Vec<Vec<Vec<BoundPart>>>,
    /// Whether there may be conditions that could not be read.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order: Option<OrderPart>,
    /// Tests of rows that no index can take part in: chained, in a `where`, or on the rows that were read.
    pub(super) residual: Vec<ResidualPart>,
    /// Sorts of the rows that were read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) sorts: Vec<SortPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) limit: Option<LimitPart>,
    /// The loops around it, outermost first.
    pub(super) loops: Vec<LoopPart>,
    /// Whether a live query reaches it.
    pub(super) live: bool,
    pub(super) procedures: Vec<ReachPart>,
    /// Why it is indeterminate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reasons: Vec<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum AccessKind {
    Read,
    Write,
}

/// A piece of source.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub(super) struct Location {
    pub(super) file: String,
    #[serde(flatten)]
    pub(super) place: positions::Place,
}

/// How a read finds its rows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IndexPart {
    /// `named`, `implied`, `primaryKey`, `creationTime`, `scan` or `unknown`.
    pub(super) choice: &'static str,
    /// The indexes, several for an `OR`.
    pub(super) uses: Vec<IndexUsePart>,
    /// The index that the read names, if the table lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) missing: Option<String>,
    /// Whether every row is looked at.
    pub(super) everything: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IndexUsePart {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) fields: Vec<String>,
    /// The longest run of leading columns that is constrained.
    pub(super) prefix: Vec<String>,
    /// Whether it is used on some paths only.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) conditional: bool,
    /// Whether the range could not be read.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) unreadable_range: bool,
}

/// A comparison of a column.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BoundPart {
    pub(super) column: String,
    pub(super) operator: &'static str,
    /// `literal`, `argument`, `identity`, `row`, `environment`, `clock`, `random`, `call` or `mixed`.
    pub(super) origin: &'static str,
    /// The path of an argument, the column of a row, or a literal as source text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    /// Whether it applies on some paths only.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) conditional: bool,
    #[serde(skip)]
    pub(super) symbol: &'static str,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderPart {
    pub(super) columns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) direction: Option<&'static str>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResidualPart {
    /// `chain`, `where` or `rows`.
    pub(super) stage: &'static str,
    pub(super) method: String,
    #[serde(flatten)]
    pub(super) location: Location,
    pub(super) conditions: Vec<BoundPart>,
    /// Whether it tests more than the conditions.
    pub(super) more: bool,
    pub(super) readable: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct SortPart {
    #[serde(flatten)]
    pub(super) location: Location,
    /// Absent if the comparison is not a plain one of columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) columns: Option<Vec<String>>,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub(super) struct LimitPart {
    /// `none`, `constant`, `page`, `unbounded` or `unknown`.
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rows: Option<f64>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct LoopPart {
    /// `rows`, `argument`, `constant` or `unknown`.
    pub(super) over: &'static str,
    /// How many elements a constant has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<usize>,
    /// The read whose rows it goes over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) read: Option<Location>,
}

/// A procedure that reaches an access, with the calls that lead there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReachPart {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) live: bool,
    pub(super) calls: Vec<CallPart>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CallPart {
    /// The function that is called, if it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function: Option<String>,
    pub(super) function_file: String,
    /// The call; absent if the platform makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) at: Option<Location>,
}

fn is_false(value: &bool) -> bool {
    !value
}
