//! What a rule reports.

use lunora_facts::{FileId, Span};
use serde_json::{Map, Value};

use crate::level::Level;
use crate::rule_metadata::RuleMetadata;

/// What a rule reports: one thing, at one place, with all that is needed to judge and to mend it.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The rule that reports it.
    pub rule: &'static RuleMetadata,
    /// How grave it is here.
    pub level: Level,
    /// What is wrong, in one line that stands for itself.
    pub detail: String,
    /// What to do.
    pub remediation: String,
    /// The smallest piece of source whose change would mend it.
    pub primary: Location,
    /// What to say under the primary location, in a few words.
    pub primary_label: String,
    /// Everything else that matters, in the order to be shown.
    pub related: Vec<Related>,
    /// Why it matters here, if the detail does not say.
    pub note: Option<String>,
    /// The exported procedure that holds the primary location.
    pub export_name: Option<String>,
    /// The helper that holds the primary location.
    pub helper: Option<String>,
    /// The procedures that reach the helper, sorted.
    pub callers: Vec<String>,
    /// Facts for programs, by the keys that the rule documents.
    pub metadata: Map<String, Value>,
    /// What the finding is about, without lines: `function|table|columns`.
    pub anchor: String,
    /// Ways to mend it, best first.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// A finding at the rule's own level; everything optional is empty.
    #[must_use]
    pub fn new(rule: &'static RuleMetadata, primary: Location, anchor: impl Into<String>) -> Self {
        Self {
            rule,
            level: rule.level,
            detail: String::new(),
            remediation: String::new(),
            primary,
            primary_label: String::new(),
            related: Vec::new(),
            note: None,
            export_name: None,
            helper: None,
            callers: Vec::new(),
            metadata: Map::new(),
            anchor: anchor.into(),
            fixes: Vec::new(),
        }
    }
}

/// A place in a file of the project.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

impl Location {
    /// The place `span` in `file`.
    #[must_use]
    pub fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}

/// Another place that a finding speaks of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What it has to do with the finding.
    pub message: String,
}

/// One way to mend a finding: all of its edits or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: String,
    /// Whether it may be applied unseen.
    pub applicability: Applicability,
    /// The edits; within a file they do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be applied unseen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Applicability {
    /// The program does the same as before.
    Safe,
    /// The program may do something else.
    Unsafe {
        /// What may differ.
        reason: String,
    },
}

/// A replacement of text in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The file.
    pub file: FileId,
    /// The bytes that are replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub new_text: String,
}
