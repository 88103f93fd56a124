//! Diagnostics for clients that ask for them.

use std::collections::BTreeMap;

use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

use super::reports::{Report, empty_result_id};
use crate::snapshot::{Snapshot, canonical, path_of};

/// What is wrong in one document.
pub(crate) fn document(
    snapshot: &Snapshot,
    parameters: &DocumentDiagnosticParams,
) -> DocumentDiagnosticReport {
    let path = path_of(&parameters.text_document.uri).map(|path| canonical(&path));
    let report = path.and_then(|path| snapshot.reports.get(&path));
    let result_id = report.map_or_else(empty_result_id, |report| report.result_id.clone());
    if parameters.previous_result_id.as_ref() == Some(&result_id) {
        return DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        });
    }
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: full(report.map(|report| &**report), result_id),
    })
}

/// What is wrong in all files: those with problems, and those that had some when the client asked before.
pub(crate) fn workspace(
    snapshot: &Snapshot,
    parameters: &WorkspaceDiagnosticParams,
) -> WorkspaceDiagnosticReport {
    let previous = &parameters.previous_result_ids;
    let previous: BTreeMap<&Uri, &str> = previous.iter().map(|one| (&one.uri, one.value.as_str())).collect();
    let is_wanted = |uri: &&Uri| {
        let open = || snapshot.documents.iter().any(|(_, document)| document.uri == **uri);
        snapshot.settings.workspace_diagnostics || open()
    };
    let reports: BTreeMap<&Uri, &Report> = snapshot
        .reports
        .iter()
        .map(|(_, report)| (&report.uri, &**report))
        .filter(|(uri, _)| is_wanted(uri))
        .collect();
    let gone = previous.keys().filter(|uri| !reports.contains_key(*uri)).map(|uri| (*uri, None));
    let present = reports.iter().map(|(uri, report)| (*uri, Some(*report)));
    let items =
        present.chain(gone).map(|(uri, report)| item(snapshot, uri, report, previous.get(uri).copied()));
    WorkspaceDiagnosticReport { items: items.collect() }
}

/// Whether a client that has asked before knows everything already.
pub(crate) fn is_old_news(report: &WorkspaceDiagnosticReport) -> bool {
    let is_unchanged = |item: &WorkspaceDocumentDiagnosticReport| {
        matches!(item, WorkspaceDocumentDiagnosticReport::Unchanged(_))
    };
    !report.items.is_empty() && report.items.iter().all(is_unchanged)
}

fn item(
    snapshot: &Snapshot,
    uri: &Uri,
    report: Option<&Report>,
    previous: Option<&str>,
) -> WorkspaceDocumentDiagnosticReport {
    let version = path_of(uri).and_then(|path| Some(snapshot.documents.get(&canonical(&path))?.version));
    let version = version.map(i64::from);
    let result_id = report.map_or_else(empty_result_id, |report| report.result_id.clone());
    if previous == Some(result_id.as_str()) {
        return WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
            uri: uri.clone(),
            version,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        });
    }
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri: uri.clone(),
        version,
        full_document_diagnostic_report: full(report, result_id),
    })
}

fn full(report: Option<&Report>, result_id: String) -> FullDocumentDiagnosticReport {
    let items = report.map(|report| report.items.clone()).unwrap_or_default();
    FullDocumentDiagnosticReport { result_id: Some(result_id), items }
}
