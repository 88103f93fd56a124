//! Findings as diagnostics of the protocol.

pub(crate) mod pull;
pub(crate) mod reports;

use std::path::PathBuf;
use std::str::FromStr;

use lunora_check::config::ConfigError;
use lunora_report::{Level, Reported};
use serde_json::json;
use tower_lsp::ls_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    NumberOrString, Position, Range, Uri,
};

use crate::snapshot::FileView;

/// The source of all our diagnostics.
pub(crate) const SOURCE: &str = "lunora-advisor";

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
