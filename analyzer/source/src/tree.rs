//! A project that was read: its files, what they say, and what each import names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_facts::{FileFacts, FileId, Name};
use rustc_hash::FxHashMap;

use crate::discover::{DiscoveryOptions, ProjectLocation};

/// One project as read.
#[derive(Clone, Debug)]
pub struct SourceTree {
    /// Where the project lies.
    pub location: ProjectLocation,
    /// Every file, indexed by [`FileId`] and sorted by [`SourceFile::relative`]. Versions of the project share those that are the same.
    pub files: Vec<Arc<SourceFile>>,
    /// Files and folders that could not be read, in the order of their paths.
    pub problems: Vec<FileProblem>,
    /// How it was read, so that it can be read again.
    pub(crate) options: DiscoveryOptions,
}

impl SourceTree {
    /// A file.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.index()]
    }

    /// Whether another version of the project has the same files in the same roles, so that ids mean the same in both.
    #[must_use]
    pub fn has_same_files(&self, other: &Self) -> bool {
        let is_same = |(one, other): (&Arc<SourceFile>, &Arc<SourceFile>)| {
            Arc::ptr_eq(one, other) || (one.path == other.path && one.role == other.role)
        };
        self.location == other.location
            && self.files.len() == other.files.len()
            && self.files.iter().zip(&other.files).all(is_same)
    }

    /// The root schema file; `None` only if it vanished after the project was found.
    #[must_use]
    pub fn schema(&self) -> Option<&SourceFile> {
        self.files.iter().map(|file| &**file).find(|file| file.role == FileRole::Schema)
    }
}

/// One file of a project. Cheap to clone: what is large is shared.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its position in [`SourceTree::files`].
    pub id: FileId,
    /// Its absolute path.
    pub path: PathBuf,
    /// Its path from the project's root, with `/`; begins with `../` if it lies outside.
    pub relative: String,
    /// Why it is part of the project.
    pub role: FileRole,
    /// What stands in it, byte order mark included; empty if it could not be read.
    pub text: Arc<str>,
    /// What it says; nothing if it could not be read.
    pub facts: FileFacts,
    /// What each specifier names, for every import, `export … from` and `import("literal")` of the program.
    pub modules: Arc<FxHashMap<Name, Module>>,
    /// Whether its text could not be read. Then [`SourceTree::problems`] says why, and nothing may be concluded from its silence.
    pub is_unreadable: bool,
    /// Where it really lies; differs from `path` if a link leads there.
    pub(crate) canonical: PathBuf,
}

impl SourceFile {
    /// Where it really lies; differs from [`Self::path`] if a link leads there.
    #[must_use]
    pub fn canonical(&self) -> &Path {
        &self.canonical
    }
}

/// Why a file is part of a project.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FileRole {
    /// `schema.ts` at the top of the Lunora folder.
    Schema,
    /// A file of the Lunora folder that is scanned for procedures.
    Lunora,
    /// A file that others import: outside the Lunora folder, or in it and not scanned (excluded, ignored, a test).
    Helper,
    /// The worker's entry or a part of its server.
    WorkerEntry,
}

/// What a module specifier names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Module {
    /// A file of the project.
    File(FileId),
    /// A package of Lunora.
    Lunora(LunoraModule),
    /// A file that Lunora generates, whether or not it is there.
    Generated(GeneratedModule),
    /// A package, by its name, or a module of the platform (`node:fs`, `cloudflare:workers`).
    External(String),
    /// Nothing that could be found, or no source code (a style sheet, a declaration file).
    Unresolved,
}

/// A package of Lunora.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum LunoraModule {
    /// `@lunora/server`, `lunorash/server`, `lunora/server`.
    Server,
    /// `@lunora/scheduler` and its kin.
    Scheduler,
    /// `@lunora/workflow` and its kin.
    Workflow,
    /// `@lunora/queue` and its kin.
    Queue,
    /// `@lunora/agent` and its kin.
    Agent,
    /// `@lunora/ratelimit` and its kin.
    RateLimit,
    /// `@lunora/errors` and its kin.
    Errors,
    /// Any other module of `@lunora/*` or `lunorash`: what follows the first `/`, or the whole specifier if nothing does.
    Other(String),
}

/// A file below `_generated/`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum GeneratedModule {
    /// `_generated/server`.
    Server,
    /// `_generated/api`.
    Api,
    /// `_generated/internal`.
    Internal,
    /// `_generated/dataModel`.
    DataModel,
    /// Any other.
    Other,
}

/// A file or folder that could not be read. Each is worth one finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileProblem {
    /// Its absolute path.
    pub path: PathBuf,
    /// Its path from the project's root, as in [`SourceFile::relative`].
    pub relative: String,
    /// The file, if it is one of the tree.
    pub file: Option<FileId>,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// Why a file or folder could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// It is larger than [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// It holds a NUL byte or is not UTF-8.
    NotText,
    /// The operating system refused, with what it says.
    Unreadable(String),
}
