//! What a code action does.

use lunora_check::{Buffers, Judged, LiveProject, fix_indexes, fix_project, suppress_file, suppress_line};
use lunora_report::{Fix, Reported};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::{Uri, WorkspaceEdit};

use super::is_safe;
use crate::edits::Edits;
use crate::snapshot::{FileView, Snapshot};

/// What stands in a suppression until somebody says why, where the client can't ask. A reason is required, and only a person knows it.
const REASON: &str = "TODO: say why";

/// What a code action does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Task {
    /// One fix of one finding.
    Fix {
        /// The cache key of the finding.
        finding: String,
        /// The fix.
        title: String,
    },
    /// Every safe fix of a rule in the file.
    FixRuleInFile {
        /// The rule.
        rule: String,
    },
    /// Every safe fix of a rule in the project.
    FixRuleInProject {
        /// The rule.
        rule: String,
    },
    /// Every safe fix in the file.
    FixAll,
    /// The steps from the declared indexes of a table to the planned ones.
    PlanIndexes {
        /// The table.
        table: String,
    },
    /// A comment above a finding.
    SuppressLine(Suppression),
    /// A comment at the top of the file of a finding.
    SuppressFile(Suppression),
}

/// What is suppressed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Suppression {
    /// The cache key of the finding.
    pub(crate) finding: String,
    /// Why; `None` until somebody says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// A task, and the text that it is meant for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) uri: Uri,
    /// The version of the document; `None` while it is closed.
    pub(crate) version: Option<i32>,
    pub(crate) task: Task,
}

impl Task {
    /// Whether it takes no longer than to look it up.
    pub(crate) fn is_cheap(&self) -> bool {
        matches!(self, Self::Fix { .. } | Self::SuppressLine(_) | Self::SuppressFile(_))
    }
}

impl Suppression {
    /// The reason as it may stand in any comment.
    fn reason(&self) -> String {
        let said = self.reason.as_deref().map(|reason| reason.replace("*/", "* /"));
        said.filter(|reason| !reason.trim().is_empty()).unwrap_or_else(|| REASON.to_owned())
    }
}

impl Ticket {
    /// `None` if the file has no URI.
    pub(crate) fn new(file: FileView<'_>, task: Task) -> Option<Self> {
        Some(Self { uri: file.uri()?, version: file.document().map(|document| document.version), task })
    }

    /// What changes; `None` if nothing does.
    ///
    /// # Errors
    /// If the document is not as it was, or what the task is about is gone.
    pub(crate) fn edit(&self, snapshot: &Snapshot) -> Result<Option<WorkspaceEdit>, Error> {
        let file = snapshot.file(&self.uri).ok_or_else(Error::content_modified)?;
        if file.document().map(|document| document.version) != self.version {
            return Err(Error::content_modified());
        }
        let mut edits = Edits::default();
        match &self.task {
            Task::Fix { finding, title } => {
                let reported = find(file, finding)?;
                let fix = reported.finding.fixes.iter().find(|fix| fix.title == *title);
                edits.add(file, &fix.ok_or_else(Error::content_modified)?.edits);
            }
            Task::SuppressLine(suppression) => {
                let reported = find(file, &suppression.finding)?;
                let fix = suppress_line(&file.view.judged, &reported.finding, &suppression.reason());
                edits.add(file, &fix.ok_or_else(Error::content_modified)?.edits);
            }
            Task::SuppressFile(suppression) => {
                let reported = find(file, &suppression.finding)?;
                let fix = suppress_file(&file.view.judged, &reported.finding, &suppression.reason());
                edits.add(file, &fix.ok_or_else(Error::content_modified)?.edits);
            }
            Task::PlanIndexes { table } => edits.rewrite(snapshot, &planned(file, table)),
            Task::FixAll => edits.rewrite(snapshot, &fixed(file, None, true)),
            Task::FixRuleInFile { rule } => edits.rewrite(snapshot, &fixed(file, Some(rule), true)),
            Task::FixRuleInProject { rule } => edits.rewrite(snapshot, &fixed(file, Some(rule), false)),
        }
        Ok((!edits.is_empty()).then(|| edits.finish(snapshot)))
    }
}

fn find<'a>(file: FileView<'a>, cache_key: &str) -> Result<&'a Reported, Error> {
    file.view.shown().find(|reported| reported.cache_key == cache_key).ok_or_else(Error::content_modified)
}

/// The files after all safe fixes: of one rule or all, in one file or all.
fn fixed(file: FileView<'_>, rule: Option<&str>, is_in_file: bool) -> Buffers {
    let relative = file.view.judged.relative(file.id);
    let choose = |judged: &Judged, reported: &Reported| -> Option<Fix> {
        let finding = &reported.finding;
        let is_wanted = rule.is_none_or(|rule| finding.rule.name == rule)
            && (!is_in_file || judged.relative(finding.primary.file) == relative);
        finding.fixes.iter().find(|fix| is_wanted && is_safe(fix)).cloned()
    };
    let files = file.snapshot.file_system();
    fix_project(&files, &mut reopened(file), &Buffers::new(), &choose).buffers
}

/// The files after the steps of a table's index plan; whoever asks for it was told of those that are unsafe.
fn planned(file: FileView<'_>, table: &str) -> Buffers {
    let files = file.snapshot.file_system();
    fix_indexes(&files, &mut reopened(file), &Buffers::new(), Some(table), true).buffers
}

/// The project of a file, to be seen with other contents.
fn reopened(file: FileView<'_>) -> LiveProject {
    LiveProject::reopen(&file.snapshot.file_system(), file.view.found.clone(), &file.view.judged)
}
