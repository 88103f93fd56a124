//! The schema that a project builds when it runs.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A schema. All of it comes from running `schema.ts`; nothing was read from its text.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Schema {
    /// The tables, in order of declaration.
    pub tables: Vec<Table>,
    /// Extensions that aren't here, so that their tables are missing.
    #[serde(default)]
    pub missing: Vec<String>,
}

impl Schema {
    /// A table.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// A table.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its declared columns, in order, with the marker of a soft delete.
    pub columns: Vec<Column>,
    /// What `.index()` declares, in order. A column's `.unique()` is on the column.
    pub indexes: Vec<Index>,
    /// What `.searchIndex()` declares.
    pub search_indexes: Vec<SearchIndex>,
    /// What `.geoIndex()` declares.
    pub geo_indexes: Vec<GeoIndex>,
    /// What `.rankIndex()` declares.
    pub rank_indexes: Vec<RankIndex>,
    /// What `.aggregateIndex()` declares.
    pub aggregate_indexes: Vec<AggregateIndex>,
    /// What `.relations()` declares.
    pub relations: Vec<Relation>,
    /// The names of its triggers.
    pub triggers: Vec<String>,
    /// Where its rows live.
    pub tier: Tier,
    /// The column that names a row's owner.
    #[serde(default)]
    pub owner_field: Option<String>,
    /// The column that marks a row as deleted, if deletes are soft.
    #[serde(default)]
    pub soft_delete_field: Option<String>,
    /// When rows go by themselves, if they do.
    #[serde(default)]
    pub ttl: Option<Ttl>,
    /// Whether rows carry a commit sequence.
    pub is_commit_ordered: bool,
    /// Whether something outside of the project writes it.
    pub is_externally_managed: bool,
}

impl Table {
    /// A declared column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether its rows live in the global database.
    #[must_use]
    pub fn is_global(&self) -> bool {
        matches!(self.tier, Tier::Global { .. })
    }
}

/// When a row goes by itself.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Ttl {
    /// The column that holds a time, in milliseconds since the epoch. Rows without one stay.
    pub field: String,
    /// How long after that time, in milliseconds.
    pub after: f64,
}

/// Where the rows of a table live.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Tier {
    /// In whatever shard a function runs.
    Root,
    /// As [`Tier::Root`]; the field says which shard is meant.
    ShardBy {
        /// The column.
        field: String,
    },
    /// In one database for all shards.
    Global {
        /// `d1` or `hyperdrive`.
        backend: String,
    },
}

/// A column, or an argument, with what it holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub validator: Validator,
}

/// What a value must be.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Validator {
    /// Its kind.
    pub kind: ValidatorKind,
    /// Whether it may be absent.
    pub is_optional: bool,
    /// Whether it may be null.
    pub is_nullable: bool,
    /// Whether no two rows may share it.
    pub is_unique: bool,
    /// Whether something fills it if an insert does not.
    pub has_default: bool,
    /// What it must satisfy besides, in order.
    pub refinements: Vec<Refinement>,
    /// The table of an id.
    #[serde(default)]
    pub table: Option<String>,
    /// The value of a literal.
    #[serde(default)]
    pub literal: Option<Value>,
    /// What an array, a record or `from` holds.
    #[serde(default)]
    pub item: Option<Box<Validator>>,
    /// What the keys of a record are.
    #[serde(default)]
    pub key: Option<Box<Validator>>,
    /// The members of a union.
    #[serde(default)]
    pub members: Vec<Validator>,
    /// The properties of an object.
    #[serde(default)]
    pub shape: Vec<Column>,
}

/// The kinds of validators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the validator of that name")]
pub enum ValidatorKind {
    Any,
    Array,
    Bigint,
    Boolean,
    Bytes,
    Date,
    From,
    GeoPoint,
    Id,
    Literal,
    Null,
    Number,
    Object,
    Record,
    Storage,
    String,
    Timestamp,
    Union,
}

/// A condition that is chained on a validator.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Refinement {
    /// `min`, `max`, `length`, `pattern`, `email`, `url`, `int`, `positive`, or the message of a check.
    pub name: String,
    /// Its limit: a number, or the source of a pattern.
    pub limit: Option<Value>,
}

/// An index.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Index {
    /// Its name, as functions use it.
    pub name: String,
    /// Its columns, in order.
    pub fields: Vec<String>,
    /// Whether no two rows may agree in all of them.
    pub unique: bool,
}

/// A full-text index.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchIndex {
    /// Its name.
    pub name: String,
    /// The column that is searched; empty if the declaration names none.
    #[serde(default)]
    pub field: String,
    /// The columns that a search may filter by.
    pub filter_fields: Vec<String>,
}

/// A geographic index.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GeoIndex {
    /// Its name.
    pub name: String,
    /// The column that holds a point.
    pub field: String,
}

/// An index of positions in an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RankIndex {
    /// Its name.
    pub name: String,
    /// Its order.
    pub sort_by: Vec<RankKey>,
    /// The columns of its partitions.
    pub partition_by: Vec<String>,
}

/// A column of a [`RankIndex`]'s order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RankKey {
    /// The column.
    pub field: String,
    /// `asc` or `desc`; ascending if absent.
    #[serde(default)]
    pub direction: Option<String>,
}

/// An index of counts or sums.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AggregateIndex {
    /// Its name.
    pub name: String,
    /// `count`, `sum`, `min`, `max` or `avg`.
    pub op: String,
    /// The column that is aggregated.
    #[serde(default)]
    pub field: Option<String>,
    /// The columns of its groups.
    pub by: Vec<String>,
    /// Whether only some rows take part.
    pub has_where: bool,
}

/// A relation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Relation {
    /// Its name.
    pub name: String,
    /// To one row or to many.
    pub kind: RelationKind,
    /// The table on the other side.
    pub table: String,
    /// The column that refers: of this table for one, of the other for many.
    pub field: String,
    /// The column that is referred to.
    pub references: String,
    /// `cascade`, `restrict` or `set null`.
    #[serde(default)]
    pub on_delete: Option<String>,
}

/// See [`Relation::kind`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RelationKind {
    /// To one.
    One,
    /// To many.
    Many,
}
