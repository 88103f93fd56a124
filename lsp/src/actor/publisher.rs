//! Telling a client about diagnostics that does not ask for them itself.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tower_lsp::ls_types::{PublishDiagnosticsParams, Uri};

use crate::diagnostics::{Report, empty_result_id};
use crate::documents::Documents;
use crate::outbox::{Notice, Outbox};
use crate::snapshot::Snapshot;

/// Remembers what the client was told.
pub(super) struct Publisher {
    outbox: Outbox,
    /// What the client shows, by file.
    told: BTreeMap<PathBuf, Told>,
}

/// What the client was told about a file.
#[derive(Clone, PartialEq)]
struct Told {
    uri: Uri,
    result_id: String,
    version: Option<i32>,
}

impl Publisher {
    pub(super) fn new(outbox: Outbox) -> Self {
        Self { outbox, told: BTreeMap::new() }
    }

    /// Tells the client what has changed. `documents` are those of now: of a document that was edited since, nothing is said, since the
    /// places would be wrong; a pass that knows better is on its way.
    pub(super) fn publish(&mut self, snapshot: &Snapshot, documents: &Documents) {
        if snapshot.client.pulls_diagnostics {
            if snapshot.client.refreshes_diagnostics {
                self.outbox.send(Notice::RefreshDiagnostics);
            }
            return;
        }
        let mut wanted: BTreeMap<PathBuf, (Told, Option<&Report>)> = BTreeMap::new();
        for (path, report) in &snapshot.reports.files {
            if snapshot.settings.workspace_diagnostics || snapshot.documents.get(path).is_some() {
                let told =
                    Told { uri: report.uri.clone(), result_id: report.result_id.clone(), version: None };
                wanted.insert(path.clone(), (told, Some(report)));
            }
        }
        for (path, document) in snapshot.documents.iter() {
            let empty =
                || (Told { uri: document.uri.clone(), result_id: empty_result_id(), version: None }, None);
            wanted.entry(path.clone()).or_insert_with(empty).0.version = Some(document.version);
        }
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

    fn clear(&self, told: Told) {
        if told.result_id != empty_result_id() || told.version.is_some() {
            self.outbox.send(Notice::Publish(PublishDiagnosticsParams::new(told.uri, Vec::new(), None)));
        }
    }
}
