//! Findings as JSON, version 1: the types of the `json` and `ndjson` formats.

use lunora_check::positions::Place;
use lunora_report::{Applicability, Category, Evidence, Facing, Level, Location, Suppressed};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::report::{Report, ReportFinding};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding<'a> {
    name: &'a str,
    title: &'a str,
    level: Level,
    categories: &'a [Category],
    facing: Facing,
    source: &'static str,
    detail: &'a str,
    description: &'a str,
    remediation: &'a str,
    docs_url: String,
    project: &'a str,
    #[serde(flatten)]
    range: FileRange<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    helper: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    callers: &'a [String],
    related: Vec<Related<'a>>,
    metadata: &'a Map<String, Value>,
    cache_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<&'a Suppressed>,
    fixes: Vec<Fix<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a Evidence>,
}

#[derive(Serialize)]
struct FileRange<'a> {
    file: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    range: FileRange<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Edit<'a> {
    #[serde(flatten)]
    range: FileRange<'a>,
    new_text: &'a str,
}

impl<'a> Finding<'a> {
    pub(super) fn new(report: &'a Report, entry: &'a ReportFinding) -> Self {
        let finding = entry.finding();
        let range = |location: Location| FileRange {
            file: &report.file(entry.project, location.file).relative,
            place: report.place(entry, location),
        };
        let edit = |edit: &'a lunora_report::Edit| Edit {
            range: range(Location::new(edit.file, edit.span)),
            new_text: &edit.new_text,
        };
        Self {
            name: finding.rule.name,
            title: finding.rule.title,
            level: finding.level,
            categories: finding.rule.categories,
            facing: finding.rule.facing,
            source: "static",
            detail: &finding.detail,
            description: finding.rule.description,
            remediation: &finding.remediation,
            docs_url: finding.rule.docs_url(),
            project: &report.projects[entry.project].root,
            range: range(finding.primary),
            export_name: finding.export_name.as_deref(),
            helper: finding.helper.as_deref(),
            callers: &finding.callers,
            related: finding
                .related
                .iter()
                .map(|related| Related { range: range(related.location), message: &related.message })
                .collect(),
            metadata: &finding.metadata,
            cache_key: &entry.cache_key,
            suppressed: entry.reported.suppressed.as_ref(),
            fixes: finding
                .fixes
                .iter()
                .map(|fix| Fix {
                    title: &fix.title,
                    applicability: match fix.applicability {
                        Applicability::Safe => "safe",
                        Applicability::Unsafe { .. } => "unsafe",
                    },
                    edits: fix.edits.iter().map(edit).collect(),
                })
                .collect(),
            evidence: entry.reported.evidence.as_ref(),
        }
    }
}
