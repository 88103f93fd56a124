//! The linked project: what rules, the command line and the language server ask.

use std::sync::{Arc, OnceLock};

use ecow::EcoString;
use lunora_facts::{FileId, Span};
use lunora_source::{SourceFile, SourceTree};
use rustc_hash::FxHashMap;

use crate::access::{
    Ambient, Dispatch, EndlessLoop, ImportUse, Read, ReferenceUse, TableName, Unfollowed, Write,
};
use crate::mentions::Mentions;
use crate::place::Place;
use crate::procedure::{Procedure, ProcedureId};
use crate::schema::Schema;
use crate::shared::Shared;

/// A folder that owns tables: its `module.ts` exports `defineModule({ tables })` by default.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModuleOwner {
    /// The folder below the Lunora folder, with `/` separators.
    pub folder: String,
    /// The tables that it claims.
    pub tables: Vec<TableName>,
    /// Whether every table that it claims is known.
    pub has_all_tables: bool,
    /// The declaration.
    pub place: Place,
}

/// One project, linked. Cheap to clone, and to make from another of which little changed: its parts are shared.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its files.
    pub sources: Arc<SourceTree>,
    /// Its schema.
    pub schema: Arc<Schema>,
    /// Everything that the platform calls, in the order of files and declarations.
    pub procedures: Shared<Procedure>,
    /// Every read, by call site.
    pub reads: Shared<Read>,
    /// Every write, by call site.
    pub writes: Shared<Write>,
    /// Every dispatch, by call site.
    pub dispatches: Shared<Dispatch>,
    /// Every look at the clock, at randomness or at the network, by call site.
    pub ambient: Shared<Ambient>,
    /// Loops that nothing ends.
    pub endless_loops: Shared<EndlessLoop>,
    /// Functions that were called and not followed.
    pub unfollowed: Shared<Unfollowed>,
    /// Folders that own tables (`defineModule`).
    pub modules: Arc<[ModuleOwner]>,
    /// Every chain of names below `api` and `internal`.
    pub references: Arc<[ReferenceUse]>,
    /// Every imported module.
    pub imports: Arc<[ImportUse]>,
    /// Exports of Lunora files whose value could not be read: any of these may be a procedure.
    pub unreadable_exports: Arc<[String]>,
    /// The table names of all `v.id(…)` validators.
    pub id_tables: Arc<[TableName]>,
    /// Files that could not be read in full: what is missing may be in them.
    pub unread_files: Vec<FileId>,
    /// What names what, once somebody has asked.
    pub(crate) mentions: OnceLock<Arc<Mentions>>,
    /// The procedures that can be dispatched, by name, once somebody has asked.
    pub(crate) registered: OnceLock<Arc<FxHashMap<EcoString, ProcedureId>>>,
}

impl Project {
    /// Loads nothing and links what was loaded.
    #[must_use]
    pub fn link(sources: Arc<SourceTree>) -> Self {
        crate::link::link(sources)
    }

    /// A file.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        self.sources.file(id)
    }

    /// The byte range of a place in its file.
    #[must_use]
    pub fn span(&self, place: Place) -> Span {
        place.span(&self.file(place.file).facts.spans)
    }

    /// The text of a place.
    #[must_use]
    pub fn text(&self, place: Place) -> &str {
        self.file(place.file).text.get(self.span(place).range()).unwrap_or_default()
    }

    /// A procedure.
    #[must_use]
    pub fn procedure(&self, id: ProcedureId) -> &Procedure {
        &self.procedures[id.0 as usize]
    }

    /// Whether a file could be read, and parses.
    #[must_use]
    pub fn is_read(&self, file: FileId) -> bool {
        self.unread_files.binary_search(&file).is_err()
    }

    /// Whether every file could be read, so that the absence of something can be told.
    #[must_use]
    pub fn is_fully_read(&self) -> bool {
        self.unread_files.is_empty()
    }
}
