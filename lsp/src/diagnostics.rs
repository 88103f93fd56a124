//! Findings as diagnostics of the protocol.

pub(crate) mod pull;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use lunora_check::config::ConfigError;
use lunora_report::{Level, Reported};
use rustc_hash::FxHasher;
use serde_json::json;
use tower_lsp::ls_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    NumberOrString, Position, Range, Uri,
};

use crate::snapshot::{FileView, Snapshot};

/// The source of all our diagnostics.
pub(crate) const SOURCE: &str = "lunora-advisor";

/// What is reported of all files, by their canonical paths. Files of which nothing is reported are missing.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    pub(crate) files: BTreeMap<PathBuf, Arc<Report>>,
}

/// What is reported of a file.
#[derive(PartialEq, Debug)]
pub(crate) struct Report {
    /// As the client writes it.
    pub(crate) uri: Uri,
    /// In the order of their places.
    pub(crate) items: Vec<Diagnostic>,
    /// The same for the same diagnostics.
    pub(crate) result_id: String,
}

/// The id of a file of which nothing is reported.
pub(crate) fn empty_result_id() -> String {
    result_id(&[])
}

impl Reports {
    /// Everything that is to be reported at a moment. What is as it was before is shared.
    pub(crate) fn new(snapshot: &Snapshot, problems: &[ConfigError], before: &Self) -> Self {
        let mut items: BTreeMap<PathBuf, (Uri, Vec<Diagnostic>)> = BTreeMap::new();
        for view in &snapshot.projects {
            for reported in view.shown() {
                let file = FileView { snapshot, view, id: reported.finding.primary.file };
                let Some(uri) = file.uri() else { continue };
                let (_, items) = items.entry(file.path().to_owned()).or_insert_with(|| (uri, Vec::new()));
                let diagnostic = diagnostic(file, reported);
                // A helper that several projects share has the same problems in each of them.
                if snapshot.projects.len() == 1 || !items.contains(&diagnostic) {
                    items.push(diagnostic);
                }
            }
        }
        for problem in problems {
            let (path, diagnostic) = config_diagnostic(problem);
            if let Some(uri) = snapshot.uri(&path) {
                items.entry(path).or_insert_with(|| (uri, Vec::new())).1.push(diagnostic);
            }
        }
        let share = |(path, (uri, items)): (PathBuf, (Uri, Vec<Diagnostic>))| {
            let same = before.files.get(&path).filter(|report| report.uri == uri && report.items == items);
            let report = same.cloned().unwrap_or_else(|| {
                let result_id = result_id(&items);
                Arc::new(Report { uri, items, result_id })
            });
            (path, report)
        };
        Self { files: items.into_iter().map(share).collect() }
    }
}

/// A finding as a diagnostic. The file is the one that the finding points into.
pub(crate) fn diagnostic(file: FileView<'_>, reported: &Reported) -> Diagnostic {
    let finding = &reported.finding;
    let mut message = finding.detail.clone();
    for more in finding.note.iter().chain(Some(&finding.remediation).filter(|text| !text.is_empty())) {
        message.push('\n');
        message.push_str(more);
    }
    let related = finding.related.iter().filter_map(|related| {
        let location = file.other(related.location.file).location(related.location.span)?;
        Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
    });
    let related: Vec<_> =
        if file.snapshot.client.has_related_information { related.collect() } else { Vec::new() };
    let rule = finding.rule.name;
    Diagnostic {
        range: file.range(finding.primary.span),
        severity: Some(severity(finding.level)),
        code: Some(NumberOrString::String(rule.to_owned())),
        code_description: Uri::from_str(&finding.rule.docs_url()).ok().map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: is_unnecessary(rule).then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: Some(json!({ "cacheKey": reported.cache_key })),
    }
}

fn severity(level: Level) -> DiagnosticSeverity {
    match level {
        Level::Error => DiagnosticSeverity::ERROR,
        Level::Warn => DiagnosticSeverity::WARNING,
        Level::Info => DiagnosticSeverity::INFORMATION,
    }
}

/// Whether what a rule points at could go without anybody missing it.
fn is_unnecessary(rule: &str) -> bool {
    matches!(
        rule,
        "unused_index"
            | "unused_table"
            | "unused_suppression"
            | "duplicate_index"
            | "empty_index"
            | "geo_index_unused"
    )
}

fn config_diagnostic(problem: &ConfigError) -> (PathBuf, Diagnostic) {
    let (path, start, message) = match problem {
        ConfigError::Invalid { path, line, column, message } => {
            (path.clone(), Position::new(line.saturating_sub(1), column.saturating_sub(1)), message.clone())
        }
        ConfigError::Unreadable { path, .. } => (path.clone(), Position::default(), problem.to_string()),
        ConfigError::Ambiguous { directory } => {
            (directory.join("lunora-advisor.json"), Position::default(), problem.to_string())
        }
    };
    let diagnostic = Diagnostic {
        range: Range::new(start, Position::new(start.line, start.character + 1)),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String("invalid_config".to_owned())),
        source: Some(SOURCE.to_owned()),
        message,
        ..Diagnostic::default()
    };
    (path, diagnostic)
}

fn result_id(items: &[Diagnostic]) -> String {
    let mut hasher = FxHasher::default();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
