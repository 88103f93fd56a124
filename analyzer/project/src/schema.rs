//! The schema as the project's model knows it: tables, columns, indexes, relations, tiers.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::index_plan::NamingStyle;
use crate::place::Place;

/// All tables of a project.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The tables, in the order of their names in the source; extension tables last.
    pub tables: Vec<Table>,
    /// Whether every table is known. If not, a name that is missing here may still exist.
    pub is_complete: bool,
    /// Whether a schema was found and read at all.
    pub is_readable: bool,
    /// The `defineSchema` call.
    pub place: Option<Place>,
    /// Names that tables have inside of extensions, before the extension's key is put in front.
    pub extension_names: Vec<String>,
    /// Where each table stands, by its name; the first of a name counts.
    pub(crate) positions: FxHashMap<String, usize>,
    /// How the indexes are named, once a name has been asked for.
    pub(crate) naming: OnceLock<NamingStyle>,
}

/// One table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name as code uses it.
    pub name: String,
    /// Its key in the schema.
    pub place: Place,
    /// Where it lives.
    pub tier: Tier,
    /// Its columns, without the system columns.
    pub columns: Vec<Column>,
    /// Whether every column is known.
    pub has_all_columns: bool,
    /// Its indexes, in the order of declaration. A `.unique()` column is one.
    pub indexes: Vec<Index>,
    /// Whether every index is known.
    pub has_all_indexes: bool,
    /// Its relations.
    pub relations: Vec<Relation>,
    /// Whether every relation is known.
    pub has_all_relations: bool,
    /// Its other modifiers, in the order of the chain.
    pub modifiers: Vec<Modifier>,
    /// The extension that brings it.
    pub extension: Option<String>,
    /// Whether nothing but its name is known.
    pub is_opaque: bool,
}

/// Where a table lives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tier {
    /// In the root Durable Object.
    Root,
    /// In the Durable Object of the shard; the column may be unreadable.
    Sharded(Option<String>),
    /// In D1 or an external SQL database.
    Global,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its property in the table's shape.
    pub place: Place,
    /// The name of its validator below `v` (`string`, `id`, …); `None` if it could not be read.
    pub kind: Option<String>,
    /// The validators of a union's parts, by name; empty for any other column, and if a part could not be read.
    pub alternatives: Vec<String>,
    /// Whether it may be absent.
    pub is_optional: bool,
    /// Whether it may be null.
    pub is_nullable: bool,
    /// Whether `.unique()` was called on it.
    pub is_unique: bool,
    /// The table that its id belongs to, and where that is written.
    pub references: Option<(String, Option<Place>)>,
    /// Whether a modifier adds it (`_commitSeq`, the soft-delete marker).
    pub is_implicit: bool,
}

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    /// Its name; `None` if it could not be read.
    pub name: Option<String>,
    /// Where its name is written.
    pub name_place: Option<Place>,
    /// What kind it is.
    pub kind: IndexKind,
    /// Its columns, in order. For a search index the text column, then the filter columns.
    pub fields: Vec<IndexField>,
    /// Whether every column is known.
    pub has_all_fields: bool,
    /// Whether it is a uniqueness constraint.
    pub is_unique: bool,
    /// The `.index(…)` call from the method name on, or the column that is `.unique()`.
    pub place: Place,
}

/// A column of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexField {
    /// The column's name.
    pub name: String,
    /// Where it is written.
    pub place: Option<Place>,
    /// What the index does with it.
    pub role: IndexRole,
}

/// What an index does with one of its columns.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IndexRole {
    /// It is ordered, searched or located by it.
    Key,
    /// A rank index counts within equal values of it.
    Partition,
    /// A search index can be narrowed by it.
    Filter,
    /// An aggregate index keeps one value for each of its values.
    By,
    /// An aggregate index sums it.
    Value,
}

/// The kinds of index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IndexKind {
    /// `.index(…)`.
    Secondary,
    /// A `.unique()` column.
    UniqueColumn,
    /// `.searchIndex(…)`.
    Search,
    /// `.geoIndex(…)`.
    Geo,
    /// `.rankIndex(…)`.
    Rank,
    /// `.aggregateIndex(…)`.
    Aggregate,
    /// `.vectorize(…)`.
    Vector,
}

/// A relation.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its name.
    pub name: String,
    /// Its property.
    pub place: Place,
    /// `many` rather than `one`.
    pub is_many: bool,
    /// The table it leads to.
    pub target: Option<(String, Option<Place>)>,
    /// The foreign key: on this table for `one`, on the target for `many`.
    pub field: Option<(String, Option<Place>)>,
    /// The column that the foreign key holds; `_id` unless said otherwise.
    pub references: Option<(String, Option<Place>)>,
    /// `cascade`, `restrict`, `set null`.
    pub on_delete: Option<String>,
}

/// A call on the table's chain that is neither an index nor the relations.
#[derive(Clone, Debug)]
pub struct Modifier {
    /// The method: `shardBy`, `ttl`, `ownedBy`, `softDelete`, `global`, …
    pub name: String,
    /// The call, from the method name on.
    pub place: Place,
    /// The column that it names, and where.
    pub field: Option<(String, Option<Place>)>,
    /// What its options say; empty if it has none.
    pub options: Vec<ModifierOption>,
    /// Whether every option is known.
    pub has_all_options: bool,
}

/// An option of a modifier.
#[derive(Clone, Debug)]
pub struct ModifierOption {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub place: Option<Place>,
    /// What it is set to.
    pub value: OptionValue,
}

/// What an option is set to.
#[derive(Clone, PartialEq, Debug)]
pub enum OptionValue {
    /// `undefined` or `null`.
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// A function.
    Function,
    /// Anything else.
    Unknown,
}

impl Schema {
    /// The table with a name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(self.position(name)?)
    }

    /// Where the table with a name stands among all tables.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// Notes where each table stands, once all are there.
    pub(crate) fn index_names(&mut self) {
        for (position, table) in self.tables.iter().enumerate() {
            self.positions.entry(table.name.clone()).or_insert(position);
        }
    }
}

impl Table {
    /// The column with a name, system columns excepted.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether rows have a column; `None` if that can't be told.
    #[must_use]
    pub fn has_column(&self, name: &str) -> Option<bool> {
        let base = name.split('.').next().unwrap_or(name);
        if is_system_column(base) || self.column(base).is_some() {
            Some(true)
        } else if self.has_all_columns && !self.is_opaque {
            Some(false)
        } else {
            None
        }
    }

    /// The modifier with a name.
    #[must_use]
    pub fn modifier(&self, name: &str) -> Option<&Modifier> {
        self.modifiers.iter().find(|modifier| modifier.name == name)
    }

    /// What an option of a modifier is set to, if it is there.
    #[must_use]
    pub fn option(&self, modifier: &str, option: &str) -> Option<&OptionValue> {
        let modifier = self.modifier(modifier)?;
        modifier.options.iter().find(|known| known.name == option).map(|known| &known.value)
    }

    /// The index with a name.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name.as_deref() == Some(name))
    }

    /// The indexes that SQLite can use for equality, ranges and order.
    pub fn ordered_indexes(&self) -> impl Iterator<Item = &Index> {
        self.indexes
            .iter()
            .filter(|index| matches!(index.kind, IndexKind::Secondary | IndexKind::UniqueColumn))
    }

    /// Whether a declared index begins with a column.
    #[must_use]
    pub fn leads_with(&self, column: &str) -> bool {
        self.ordered_indexes().any(|index| index.fields.first().is_some_and(|field| field.name == column))
    }

    /// Whether it is sharded.
    #[must_use]
    pub fn is_sharded(&self) -> bool {
        matches!(self.tier, Tier::Sharded(_))
    }

    /// The column that it is sharded by.
    #[must_use]
    pub fn shard_key(&self) -> Option<&str> {
        match &self.tier {
            Tier::Sharded(column) => column.as_deref(),
            _ => None,
        }
    }

    /// Whether code outside of the project writes it.
    #[must_use]
    pub fn is_externally_managed(&self) -> bool {
        self.modifier("externallyManaged").is_some() || self.modifier("source").is_some()
    }
}

/// Whether a column is on every row without being declared.
#[must_use]
pub fn is_system_column(name: &str) -> bool {
    matches!(name, "_id" | "_creationTime")
}
