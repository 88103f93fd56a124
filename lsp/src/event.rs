//! What the actor hears.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::{
    FileEvent, InitializeParams, InitializeResult, TextDocumentContentChangeEvent, TextDocumentItem, Uri,
    WorkspaceFoldersChangeEvent,
};

use crate::outbox::Notice;
use crate::pass::Pass;
use crate::snapshot::Snapshot;

/// What the actor hears: all that can change its state, and all that waits for it.
#[derive(Debug)]
pub(crate) enum Event {
    /// The first message.
    Initialize(Box<InitializeParams>, oneshot::Sender<InitializeResult>),
    /// The client has seen what the server can do.
    Initialized,
    /// A document was opened.
    Opened(TextDocumentItem),
    /// A document was edited.
    Changed { uri: Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent> },
    /// A document was closed.
    Closed(Uri),
    /// Files changed on the disk.
    FilesChanged(Vec<FileEvent>),
    /// Folders of the workspace came or went.
    FoldersChanged(WorkspaceFoldersChangeEvent),
    /// The user changed settings; `None` if the client wants to be asked which.
    SettingsChanged(Option<Value>),
    /// A request wants to know everything.
    Asked(Question),
    /// A pass over the projects has ended.
    Passed(PassEnd),
    /// Something that whoever looks for the reason of a failure should know.
    Failed(String),
    /// Something is to be said to the client.
    Said(Vec<Notice>),
    /// The client had time enough to ask for the problems of all files.
    ClientSettled,
    /// The client is about to go.
    Shutdown(oneshot::Sender<()>),
    /// The client has gone.
    Ended,
}

/// A request that waits for the snapshot that has seen all changes before it.
#[derive(Debug)]
pub(crate) struct Question {
    /// What it is about.
    pub(crate) about: About,
    /// Where the answer goes.
    pub(crate) reply: oneshot::Sender<Result<Arc<Snapshot>, Error>>,
}

/// What a request is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum About {
    /// Places in a document: if that is edited meanwhile, there is no answer.
    Document(Uri),
    /// Anything.
    Everything,
    /// The problems of all files; of a client that knows those of a generation already, whatever is newer.
    Workspace {
        /// The generation.
        newer_than: Option<u64>,
    },
}

/// How a pass over the projects has ended.
#[derive(Debug)]
pub(crate) enum PassEnd {
    /// With all that it was meant to find out.
    Done(Box<Pass>),
    /// Before its end, since something changed.
    Cancelled,
    /// Not at all, by a mistake of ours.
    Failed(String),
}

/// Files that changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    /// Files that say something else than before.
    pub(crate) edited: Vec<PathBuf>,
    /// Files and folders that came or went.
    pub(crate) moved: Vec<PathBuf>,
    /// Whether projects must be searched.
    pub(crate) is_search_needed: bool,
}

impl Changes {
    /// Adds later changes.
    pub(crate) fn add(&mut self, later: Self) {
        self.edited.extend(later.edited);
        self.moved.extend(later.moved);
        self.is_search_needed |= later.is_search_needed;
    }

    /// Names each file once.
    pub(crate) fn tidy(&mut self) {
        for paths in [&mut self.edited, &mut self.moved] {
            paths.sort_unstable();
            paths.dedup();
        }
    }
}
