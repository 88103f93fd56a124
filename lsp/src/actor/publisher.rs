//! Telling a client about diagnostics that it does not ask for itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tower_lsp::ls_types::{PublishDiagnosticsParams, Uri};

use crate::diagnostics::reports::{Report, Reports, empty_result_id};
use crate::documents::Documents;
use crate::outbox::{Notice, Outbox};
use crate::snapshot::Snapshot;

/// Remembers what the client was told.
pub(super) struct Publisher {
    outbox: Outbox,
    /// What the client shows because we told it, by file.
    told: FxHashMap<PathBuf, Told>,
    /// What was reported of all files when the client was last told or asked to look.
    reports: Arc<Reports>,
    /// Whether a client that asks for the diagnostics of its documents asks for those of all files too.
    asks: Asks,
}

/// What the client was told about a file.
struct Told {
    uri: Uri,
    result_id: String,
    version: Option<i32>,
}

/// What the client should have been told about a file.
struct Wanted<'a> {
    path: &'a Path,
    uri: &'a Uri,
    /// `None` if nothing is reported.
    report: Option<&'a Report>,
    /// Of an open document.
    version: Option<i32>,
}

/// Whether a client asks for the diagnostics of all files. No capability says so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Perhaps,
    Yes,
    No,
}

impl Publisher {
    pub(super) fn new(outbox: Outbox) -> Self {
        Self { outbox, told: FxHashMap::default(), reports: Arc::default(), asks: Asks::Perhaps }
    }

    /// Tells the client what has changed. `documents` are those of now: of a document that was edited since, nothing is said, since the
    /// places would be wrong; a pass that knows better is on its way. `edited` are the documents that were edited since the last pass.
    pub(super) fn publish(
        &mut self,
        snapshot: &Snapshot,
        documents: &Documents,
        edited: &FxHashSet<PathBuf>,
    ) {
        let before = std::mem::replace(&mut self.reports, Arc::clone(&snapshot.reports));
        if snapshot.client.refreshes_diagnostics && has_changed_elsewhere(&before, &snapshot.reports, edited)
        {
            self.outbox.send(Notice::RefreshDiagnostics);
        }
        self.tell(snapshot, documents);
    }

    /// The client asks for the diagnostics of all files: what it was told is its own business from now on.
    pub(super) fn leave_to_client(&mut self, snapshot: &Snapshot, documents: &Documents) {
        if self.asks != Asks::Yes {
            self.asks = Asks::Yes;
            self.tell(snapshot, documents);
        }
    }

    /// A client that has not asked for the diagnostics of all files by now is told of those that it cannot ask for.
    pub(super) fn stand_in(&mut self, snapshot: &Snapshot, documents: &Documents) {
        if self.asks == Asks::Perhaps {
            self.asks = Asks::No;
            self.tell(snapshot, documents);
        }
    }

    fn tell(&mut self, snapshot: &Snapshot, documents: &Documents) {
        let wanted = self.wanted(snapshot);
        let paths: FxHashSet<&Path> = wanted.iter().map(|wanted| wanted.path).collect();
        let gone = self.told.extract_if(|path, _| !paths.contains(path.as_path()));
        let mut gone: Vec<(PathBuf, Told)> = gone.collect();
        gone.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (_, told) in gone {
            self.clear(told);
        }
        for wanted in wanted {
            let is_stale = documents.get(wanted.path).map(|document| document.version) != wanted.version;
            let before = self.told.get(wanted.path);
            if is_stale || before.is_some_and(|before| before.says(&wanted)) {
                continue;
            }
            let now = Told::new(&wanted);
            let diagnostics = wanted.report.map(|report| report.items.clone()).unwrap_or_default();
            let notice = PublishDiagnosticsParams::new(now.uri.clone(), diagnostics, now.version);
            if let Some(before) = self.told.insert(wanted.path.to_owned(), now)
                && before.uri != *wanted.uri
            {
                self.clear(before);
            }
            self.outbox.send(Notice::Publish(notice));
        }
    }

    /// What the client should have been told: of open files always, and first, since these are looked at; of closed ones if that is wanted.
    fn wanted<'a>(&self, snapshot: &'a Snapshot) -> Vec<Wanted<'a>> {
        let pulls = snapshot.client.pulls_diagnostics;
        if pulls && self.asks != Asks::No {
            return Vec::new();
        }
        let open = snapshot.documents.iter().filter(|_| !pulls).map(|(path, document)| {
            let report = snapshot.reports.get(path).map(|report| &**report);
            let uri = report.map_or(&document.uri, |report| &report.uri);
            Wanted { path, uri, report, version: Some(document.version) }
        });
        let closed = snapshot.reports.iter().filter(|(path, _)| {
            snapshot.settings.workspace_diagnostics && snapshot.documents.get(path).is_none()
        });
        let closed = closed.map(|(path, report)| Wanted {
            path,
            uri: &report.uri,
            report: Some(report),
            version: None,
        });
        open.chain(closed).collect()
    }

    fn clear(&self, told: Told) {
        if told.result_id != empty_result_id() || told.version.is_some() {
            self.outbox.send(Notice::Publish(PublishDiagnosticsParams::new(told.uri, Vec::new(), None)));
        }
    }
}

impl Told {
    fn new(wanted: &Wanted<'_>) -> Self {
        let result_id = wanted.report.map_or_else(empty_result_id, |report| report.result_id.clone());
        Self { uri: wanted.uri.clone(), result_id, version: wanted.version }
    }

    fn says(&self, wanted: &Wanted<'_>) -> bool {
        let is_same_report = match wanted.report {
            Some(report) => report.result_id == self.result_id,
            None => self.result_id == empty_result_id(),
        };
        is_same_report && self.uri == *wanted.uri && self.version == wanted.version
    }
}

/// Whether something else is reported of a file that was not edited: a client that asks by itself asks about what it edits only.
fn has_changed_elsewhere(before: &Reports, now: &Reports, edited: &FxHashSet<PathBuf>) -> bool {
    let is_news = |one: &Reports, other: &Reports| {
        one.iter().any(|(path, report)| {
            // What is as it was is shared.
            let is_same = other.get(path).is_some_and(|other| Arc::ptr_eq(other, report));
            !is_same && !edited.contains(path)
        })
    };
    is_news(before, now) || is_news(now, before)
}
