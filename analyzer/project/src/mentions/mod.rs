//! Mentions: every place of a project that names a table, a column, an index, a relation or a procedure.
//!
//! They are found by evaluating the project once more while noting down names, so a column that a helper reads off a row, or a table
//! whose name is handed through three functions, is found where it is written. This is done only when somebody asks
//! ([`Project::mentions`]); an ordinary link pays nothing for it. What names something in a way that can't be told is kept as
//! [`Unclear`], so that a rename can refuse and say why.

mod declarations;
mod harvest;
mod operations;
#[cfg(test)]
mod tests;
mod types;

use std::sync::Arc;

use lunora_facts::{FileId, Span};
use lunora_source::{SourceFile, SourceTree};

use crate::link::{self, HeldCall};
use crate::place::Place;
use crate::project::Project;
use crate::schema::{Schema, Table};

/// Every mention of a project.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// In the order of files and their text.
    all: Vec<Mention>,
    /// What may name something, and can't be told.
    unclear: Vec<Unclear>,
    /// Whether everything was evaluated.
    is_complete: bool,
    /// What the functions of the project call, which the same evaluation shows.
    pub(crate) calls: Vec<HeldCall>,
}

/// A place that names something.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Mention {
    /// The literal, key or member that is the name; [`SourceMention::span`] leaves out quotes.
    pub place: Place,
    /// What it names.
    pub symbol: Symbol,
    /// What is done there with what it names.
    pub kind: MentionKind,
    /// How sure it is.
    pub certainty: Certainty,
}

/// Something that has a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Symbol {
    /// A table.
    Table(Arc<str>),
    /// A column of a table.
    Column {
        /// The table.
        table: Arc<str>,
        /// The column.
        name: Arc<str>,
    },
    /// An index of a table.
    Index {
        /// The table.
        table: Arc<str>,
        /// The index.
        name: Arc<str>,
    },
    /// A relation of a table.
    Relation {
        /// The table.
        table: Arc<str>,
        /// The relation.
        name: Arc<str>,
    },
    /// A procedure, by its [name](crate::Procedure::name).
    Procedure(Arc<str>),
    /// An argument of a procedure.
    Argument {
        /// The procedure.
        procedure: Arc<str>,
        /// The argument.
        name: Arc<str>,
    },
    /// A property of what a procedure's `.output(…)` lets pass.
    Output {
        /// The procedure.
        procedure: Arc<str>,
        /// The property.
        name: Arc<str>,
    },
}

/// What is done with what is named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MentionKind {
    /// It is declared here.
    Definition,
    /// Another declaration builds on it: a column of an index, the target of an id, the table of a shape.
    Declaration,
    /// A bound of an index range.
    Bound,
    /// A `where` compares it.
    Condition,
    /// `orderBy`.
    Order,
    /// `select`, `groupBy`, `with`.
    Selection,
    /// It is read.
    Read,
    /// It is written.
    Write,
    /// A type names it.
    Type,
}

/// How sure a mention is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Certainty {
    /// It names it.
    Certain,
    /// It names it if what is called `db` is Lunora's database.
    Conventional,
    /// It may name it: something that is made of rows has a part of that name.
    Possible,
}

/// What may be meant by something that can't be told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// Any table.
    AnyTable,
    /// This, by a name that is not written as such.
    Symbol(Symbol),
    /// Any column of a table.
    ColumnsOf(Arc<str>),
    /// A column with this name, of some table.
    ColumnNamed(Arc<str>),
    /// Any index of a table.
    IndexesOf(Arc<str>),
    /// An index with this name, of some table.
    IndexNamed(Arc<str>),
    /// Anything at all.
    Anything,
}

/// A place that may name something, and why that can't be told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Unclear {
    /// Where.
    pub at: Place,
    /// What may be meant.
    pub scope: Scope,
    /// Why it can't be told.
    pub reason: UnclearReason,
}

/// Why something that may be named can't be told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnclearReason {
    /// The name is put together when the code runs.
    Computed,
    /// It belongs to a table whose name is computed.
    UnknownTable,
    /// The object that holds it as a key could not be read.
    UnknownKeys,
    /// Rows are copied to another table as they are.
    Copied,
    /// Rows are handed to another procedure as they are.
    HandedOn,
    /// A generated type has it in its name.
    GeneratedType,
    /// The code was too deep to follow.
    TooDeep,
}

impl UnclearReason {
    /// The reason as a clause: "the name is computed".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Computed => "the name is computed",
            Self::UnknownTable => "it belongs to a table whose name is computed",
            Self::UnknownKeys => "the keys of the object can't be told",
            Self::Copied => "rows are copied to another table as they are",
            Self::HandedOn => "rows are handed to another procedure as they are",
            Self::GeneratedType => "a generated type has it in its name",
            Self::TooDeep => "the code is too deep to follow",
        }
    }
}

impl Symbol {
    /// Its name, without that of its table or procedure.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Table(name) => name,
            Self::Procedure(name) => name.rsplit(':').next().unwrap_or(name),
            Self::Column { name, .. }
            | Self::Index { name, .. }
            | Self::Relation { name, .. }
            | Self::Argument { name, .. }
            | Self::Output { name, .. } => name,
        }
    }

    /// The table that it is or belongs to.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        match self {
            Self::Table(table)
            | Self::Column { table, .. }
            | Self::Index { table, .. }
            | Self::Relation { table, .. } => Some(table),
            Self::Procedure(_) | Self::Argument { .. } | Self::Output { .. } => None,
        }
    }

    /// A table.
    #[must_use]
    pub fn of_table(name: &str) -> Self {
        Self::Table(Arc::from(name))
    }

    /// A column.
    #[must_use]
    pub fn of_column(table: &str, name: &str) -> Self {
        Self::Column { table: Arc::from(table), name: Arc::from(name) }
    }

    /// An index.
    #[must_use]
    pub fn of_index(table: &str, name: &str) -> Self {
        Self::Index { table: Arc::from(table), name: Arc::from(name) }
    }
}

impl Mentions {
    /// The mentions of the code of a tree, without those of procedures, which a linked project knows.
    #[must_use]
    pub fn of_sources(sources: &SourceTree, only: Option<FileId>) -> (Self, Schema) {
        let harvested = link::record(sources, only, |recording| harvest::harvest(sources, recording));
        harvested.unwrap_or_default()
    }

    /// Every mention, in the order of files and their text.
    #[must_use]
    pub fn all(&self) -> &[Mention] {
        &self.all
    }

    /// Every mention of something, in the order of files and their text.
    pub fn of<'a>(&'a self, symbol: &'a Symbol) -> impl Iterator<Item = &'a Mention> {
        self.all.iter().filter(move |mention| mention.symbol == *symbol)
    }

    /// The mentions in a file, in the order of its text.
    #[must_use]
    pub fn in_file(&self, file: FileId) -> &[Mention] {
        let start = self.all.partition_point(|mention| mention.place.file < file);
        let end = self.all.partition_point(|mention| mention.place.file <= file);
        self.all.get(start..end).unwrap_or_default()
    }

    /// The mentions whose name covers an offset of a file, its end included.
    pub fn at<'a>(&'a self, file: &'a SourceFile, offset: u32) -> impl Iterator<Item = &'a Mention> {
        self.in_file(file.id).iter().filter(move |mention| {
            mention.span(file).is_some_and(|span| span.start <= offset && offset <= span.end)
        })
    }

    /// What keeps it from being told whether something is named elsewhere, too.
    pub fn unclear_about<'a>(&'a self, symbol: &'a Symbol) -> impl Iterator<Item = &'a Unclear> {
        self.unclear.iter().filter(|unclear| unclear.scope.covers(symbol))
    }

    /// Whether all code could be evaluated. If not, nothing follows from the absence of a mention.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    fn add_procedures(&mut self, project: &Project) {
        declarations::procedures(project, &mut self.all);
        sort(&project.sources, &mut self.all);
        self.all.dedup();
    }
}

/// Brings mentions into the order of the text.
fn sort(sources: &SourceTree, mentions: &mut [Mention]) {
    mentions.sort_by_cached_key(|mention| {
        let file = mention.place.file;
        let start = sources.files.get(file.index()).map(|file| mention.place.span(&file.facts.spans).start);
        (file, start, mention.clone())
    });
}

impl Scope {
    /// Whether something may be meant.
    #[must_use]
    pub fn covers(&self, symbol: &Symbol) -> bool {
        match (self, symbol) {
            (Self::Symbol(own), symbol) => own == symbol,
            (Self::ColumnsOf(own), Symbol::Column { table, .. })
            | (Self::IndexesOf(own), Symbol::Index { table, .. }) => own == table,
            (Self::ColumnNamed(own), Symbol::Column { name, .. })
            | (Self::IndexNamed(own), Symbol::Index { name, .. }) => own == name,
            (Self::AnyTable, Symbol::Table(_)) | (Self::Anything, _) => true,
            _ => false,
        }
    }
}

impl Mention {
    /// Where the name stands in the text of its file, without quotes; `None` if the text there is not the name.
    #[must_use]
    pub fn span(&self, file: &SourceFile) -> Option<Span> {
        name_span(file, self.place, &self.symbol)
    }
}

/// Where the name of something stands at a place; `None` if what is written there is not that name as such.
fn name_span(file: &SourceFile, place: Place, symbol: &Symbol) -> Option<Span> {
    let whole = place.span(&file.facts.spans);
    let text = file.text.get(whole.range())?;
    let is_quoted = matches!(text.as_bytes(), [first @ (b'"' | b'\'' | b'`'), .., last] if first == last);
    let quote = u32::from(is_quoted);
    let span = Span::new(whole.start + quote, whole.end - quote);
    let inner = file.text.get(span.range())?;
    let name = symbol.name();
    let length = u32::try_from(name.len()).ok()?;
    match symbol {
        Symbol::Procedure(_) => {
            let is_last = inner == name || inner.strip_suffix(name)?.ends_with([':', '.']);
            is_last.then(|| Span::new(span.end - length, span.end))
        }
        // A path into an object column begins with the column.
        Symbol::Column { .. } => {
            let rest = inner.strip_prefix(name)?;
            (rest.is_empty() || rest.starts_with('.')).then(|| Span::new(span.start, span.start + length))
        }
        _ => (inner == name).then_some(span),
    }
}

impl Project {
    /// Every place that names a table, a column, an index, a relation or a procedure; found when first asked for.
    #[must_use]
    pub fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| {
            let (mut mentions, _) = Mentions::of_sources(&self.sources, None);
            mentions.add_procedures(self);
            Arc::new(mentions)
        })
    }

    /// The mentions of a file as far as its own procedures and functions show them, and all definitions: what callers in other files hand
    /// to its functions is not followed, which makes this fast in a project of any size. If [`Self::mentions`] was asked before, that.
    #[must_use]
    pub fn mentions_near(&self, file: FileId) -> Arc<Mentions> {
        if let Some(all) = self.mentions.get() {
            return Arc::clone(all);
        }
        let (mut mentions, _) = Mentions::of_sources(&self.sources, Some(file));
        mentions.add_procedures(self);
        Arc::new(mentions)
    }

    /// Whether a table, column, index, relation or procedure has a name.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        let is_of_table = |table: &Table| {
            table.name == name
                || table.column(name).is_some()
                || table.index(name).is_some()
                || table.relations.iter().any(|relation| relation.name == name)
        };
        self.schema.tables.iter().any(is_of_table)
            || self.procedures.iter().any(|procedure| procedure.export_name.as_deref() == Some(name))
    }
}
