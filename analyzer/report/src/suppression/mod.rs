//! Suppression comments: which findings they hide, and which of them hide nothing.
//!
//! A comment says `lunora-advisor-disable-next-line RULE[, RULE] -- reason` (or `-disable-line`, or `-disable-file` before the first
//! statement). Each rule it names stands for itself: it hides findings, or it is a finding.

mod directive;
mod lines;
mod useless;

use std::sync::Arc;

use lunora_facts::FileId;
use serde::Serialize;

use crate::finding::Finding;
use crate::reported::ReportFile;
use crate::rule_metadata::RuleMetadata;
use directive::FileDirectives;
use useless::{UnusedPhase, malformed_findings, unused_findings};

/// What decides how suppression comments are judged.
#[derive(Clone, Copy)]
pub struct SuppressionPolicy<'a> {
    /// The rule that reports useless comments.
    pub rule: &'static RuleMetadata,
    /// Every name that a comment may hold.
    pub known_rules: &'a [&'static str],
    /// Whether a rule is on for a file. A comment that names a rule which is off is never useless.
    pub is_checked: &'a dyn Fn(&str, FileId) -> bool,
}

/// Why a finding is not shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Suppressed {
    /// The way it was said, such as `disable-next-line`.
    pub kind: &'static str,
    /// The reason that was given.
    pub reason: String,
}

impl Suppressed {
    /// Not shown because it was known before.
    #[must_use]
    pub fn by_baseline() -> Self {
        Self { kind: "baseline", reason: "known before".to_owned() }
    }

    /// Whether it is not shown because it was known before.
    #[must_use]
    pub fn is_by_baseline(&self) -> bool {
        self.kind == "baseline"
    }
}

/// Judges findings by the comments of their files, and adds a finding for each comment that is useless.
///
/// While any file does not parse, nothing is called unused: what a comment hid may have vanished with the part that is missing.
pub(crate) fn apply_comments(
    findings: Vec<Arc<Finding>>,
    files: &[ReportFile<'_>],
    policy: &SuppressionPolicy<'_>,
) -> Vec<(Arc<Finding>, Option<Suppressed>)> {
    let mut directives: Vec<FileDirectives<'_>> =
        files.iter().map(|file| FileDirectives::read(file, policy.known_rules)).collect();
    let whole = files.iter().all(|file| file.facts.errors.is_empty());

    let mut judged: Vec<_> = judge(findings, &mut directives);
    let mut useless = malformed_findings(&directives, files, policy);
    if whole {
        useless.extend(unused_findings(&directives, &judged, files, policy, UnusedPhase::OtherRules));
    }
    judged.extend(judge(useless.into_iter().map(Arc::new).collect(), &mut directives));
    if whole {
        let last = unused_findings(&directives, &judged, files, policy, UnusedPhase::OwnRule);
        judged.extend(last.into_iter().map(|finding| (Arc::new(finding), None)));
    }
    judged
}

fn judge(
    findings: Vec<Arc<Finding>>,
    directives: &mut [FileDirectives<'_>],
) -> Vec<(Arc<Finding>, Option<Suppressed>)> {
    findings
        .into_iter()
        .map(|finding| {
            let suppressed =
                directives.get_mut(finding.primary.file.index()).and_then(|file| suppress(&finding, file));
            (finding, suppressed)
        })
        .collect()
}

fn suppress(finding: &Finding, file: &mut FileDirectives<'_>) -> Option<Suppressed> {
    let directive = file.hide(finding.rule.name, finding.primary.span.start)?;
    Some(Suppressed { kind: directive.kind.as_str(), reason: directive.reason.clone() })
}

#[cfg(test)]
mod tests;
