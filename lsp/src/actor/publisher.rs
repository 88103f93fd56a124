//! Telling a client about diagnostics that it does not ask for itself.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use tower_lsp::ls_types::{PublishDiagnosticsParams, Uri};

use crate::diagnostics::{Report, Reports, empty_result_id};
use crate::documents::Documents;
use crate::outbox::{Notice, Outbox};
use crate::snapshot::Snapshot;

/// Remembers what the client was told.
pub(super) struct Publisher {
    outbox: Outbox,
    /// What the client shows because we told it, by file.
    told: BTreeMap<PathBuf, Told>,
    /// What was reported of all files when the client was last told or asked to look.
    reports: Arc<Reports>,
    /// Whether a client that asks for the diagnostics of its documents asks for those of all files too.
    asks: Asks,
}

/// What the client was told about a file.
#[derive(Clone, PartialEq)]
struct Told {
    uri: Uri,
    result_id: String,
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
        Self { outbox, told: BTreeMap::new(), reports: Arc::default(), asks: Asks::Perhaps }
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
        let gone: Vec<PathBuf> =
            self.told.keys().filter(|path| !wanted.contains_key(*path)).cloned().collect();
        for path in gone {
            if let Some(told) = self.told.remove(&path) {
                self.clear(told);
            }
        }
        for (path, (now, report)) in wanted {
            let is_stale = documents.get(&path).map(|document| document.version) != now.version;
            let before = self.told.get(&path);
            if is_stale || before == Some(&now) {
                continue;
            }
            if let Some(before) = before.filter(|before| before.uri != now.uri).cloned() {
                self.clear(before);
            }
            let diagnostics = report.map(|report| report.items.clone()).unwrap_or_default();
            let notice = PublishDiagnosticsParams::new(now.uri.clone(), diagnostics, now.version);
            self.outbox.send(Notice::Publish(notice));
            self.told.insert(path, now);
        }
    }

    /// What the client should have been told: of closed files if that is wanted, of open ones always.
    fn wanted<'a>(&self, snapshot: &'a Snapshot) -> BTreeMap<PathBuf, (Told, Option<&'a Report>)> {
        let mut wanted: BTreeMap<PathBuf, (Told, Option<&Report>)> = BTreeMap::new();
        let pulls = snapshot.client.pulls_diagnostics;
        if pulls && self.asks != Asks::No {
            return wanted;
        }
        for (path, report) in &snapshot.reports.files {
            let is_open = snapshot.documents.get(path).is_some();
            if if is_open { !pulls } else { snapshot.settings.workspace_diagnostics } {
                let told =
                    Told { uri: report.uri.clone(), result_id: report.result_id.clone(), version: None };
                wanted.insert(path.clone(), (told, Some(report)));
            }
        }
        for (path, document) in snapshot.documents.iter().filter(|_| !pulls) {
            let empty =
                || (Told { uri: document.uri.clone(), result_id: empty_result_id(), version: None }, None);
            wanted.entry(path.clone()).or_insert_with(empty).0.version = Some(document.version);
        }
        wanted
    }

    fn clear(&self, told: Told) {
        if told.result_id != empty_result_id() || told.version.is_some() {
            self.outbox.send(Notice::Publish(PublishDiagnosticsParams::new(told.uri, Vec::new(), None)));
        }
    }
}

/// Whether something else is reported of a file that was not edited: a client that asks by itself asks about what it edits only.
fn has_changed_elsewhere(before: &Reports, now: &Reports, edited: &FxHashSet<PathBuf>) -> bool {
    let differs = |path: &PathBuf| {
        // What is as it was is shared.
        let is_same = match (before.files.get(path), now.files.get(path)) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (before, now) => before.is_none() && now.is_none(),
        };
        !is_same && !edited.contains(path)
    };
    before.files.keys().chain(now.files.keys()).any(differs)
}
