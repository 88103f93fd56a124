//! Findings about suppression comments that suppress nothing.

use std::sync::Arc;

use lunora_facts::{FileId, Span};
use serde_json::Value;

use super::directive::{
    Directive, DirectiveKind, FileDirectives, Malformed, NamedRule, Problem, line_end, line_start, narrow,
};
use super::{Suppressed, SuppressionPolicy};
use crate::finding::{Applicability, Edit, Finding, Fix, Location, Related};
use crate::nearest::nearest;
use crate::reported::ReportFile;

/// Which names are looked at: a comment may also hide findings of the very rule that reports useless comments, and whether it
/// does is known only after the other names were judged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum UnusedPhase {
    OtherRules,
    OwnRule,
}

type Judged = (Arc<Finding>, Option<Suppressed>);

/// One finding for each comment that cannot suppress, and each name in one that is no rule.
pub(super) fn malformed_findings(
    directives: &[FileDirectives],
    files: &[ReportFile<'_>],
    policy: &SuppressionPolicy<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, file, read) in reportable(directives, files, policy) {
        for malformed in &read.malformed {
            findings.push(cannot_suppress(id, malformed, policy));
        }
        for directive in &read.directives {
            for named in directive.rules.iter().filter(|named| named.rule.is_none()) {
                findings.push(unknown_rule(id, file, directive, named, policy));
            }
        }
    }
    findings
}

/// One finding for each rule that a comment names and that reports nothing there.
pub(super) fn unused_findings(
    directives: &[FileDirectives],
    judged: &[Judged],
    files: &[ReportFile<'_>],
    policy: &SuppressionPolicy<'_>,
    phase: UnusedPhase,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, file, read) in reportable(directives, files, policy) {
        for directive in &read.directives {
            for named in directive.rules.iter().filter(|named| !named.is_used) {
                let Some(rule) = named.rule else { continue };
                let is_own = rule == policy.rule.name;
                if is_own == (phase == UnusedPhase::OwnRule) && (policy.is_checked)(rule, id) {
                    let mut finding = unused(id, file, directive, named, rule, policy);
                    finding.related = closest(judged, id, rule, directive.comment);
                    findings.push(finding);
                }
            }
        }
    }
    findings
}

/// The files whose comments are judged: those that parse, and for which the rule is on.
fn reportable<'a>(
    directives: &'a [FileDirectives],
    files: &'a [ReportFile<'a>],
    policy: &'a SuppressionPolicy<'_>,
) -> impl Iterator<Item = (FileId, &'a ReportFile<'a>, &'a FileDirectives)> {
    files
        .iter()
        .zip(directives)
        .enumerate()
        .map(|(index, (file, read))| (FileId(narrow(index)), file, read))
        .filter(|(id, file, _)| file.facts.errors.is_empty() && (policy.is_checked)(policy.rule.name, *id))
}

fn cannot_suppress(id: FileId, malformed: &Malformed, policy: &SuppressionPolicy<'_>) -> Finding {
    let (kind, directive, rules) = match &malformed.problem {
        Problem::UnknownDirective(word) => ("unknown_directive", word.as_str(), String::new()),
        Problem::NoRule(kind) => ("no_rule", kind.as_str(), String::new()),
        Problem::NoReason(kind, rules) => ("no_reason", kind.as_str(), rules.join(", ")),
        Problem::TooLate => ("too_late", DirectiveKind::File.as_str(), String::new()),
    };
    let mut finding = base(id, malformed.comment, kind, directive, &rules, policy);
    let (detail, remediation, label) = match &malformed.problem {
        Problem::UnknownDirective(word) => {
            let names = DirectiveKind::ALL.map(DirectiveKind::as_str);
            let meant = nearest(word, names).unwrap_or(DirectiveKind::NextLine.as_str());
            (
                format!("`lunora-advisor-{word}` is no directive, so this comment suppresses nothing."),
                format!("Write `lunora-advisor-{meant} RULE -- reason`."),
                "unknown directive",
            )
        }
        Problem::NoRule(kind) => (
            "This comment names no rule, so it suppresses nothing.".to_owned(),
            format!("Name the rules: `lunora-advisor-{} RULE[, RULE] -- reason`.", kind.as_str()),
            "names no rule",
        ),
        Problem::NoReason(kind, _) => (
            format!("This comment gives no reason, so it does not suppress `{rules}`."),
            format!("Say why after `--`: `lunora-advisor-{} {rules} -- reason`.", kind.as_str()),
            "gives no reason",
        ),
        Problem::TooLate => (
            "`disable-file` counts only before the first statement, so this comment suppresses nothing."
                .to_owned(),
            "Move it to the top of the file, or use `lunora-advisor-disable-next-line` at the place."
                .to_owned(),
            "after the first statement",
        ),
    };
    finding.detail = detail;
    finding.remediation = remediation;
    label.clone_into(&mut finding.primary_label);
    finding
}

fn unknown_rule(
    id: FileId,
    file: &ReportFile<'_>,
    directive: &Directive,
    named: &NamedRule,
    policy: &SuppressionPolicy<'_>,
) -> Finding {
    let typed = &named.typed;
    let mut finding = base(id, named.span, "unknown_rule", directive.kind.as_str(), typed, policy);
    finding.detail = format!("This comment names `{typed}`, which is no rule.");
    finding.remediation = match nearest(typed, policy.known_rules.iter().copied()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => "Remove it; `lunora-advisor rules` lists the rules.".to_owned(),
    };
    "no such rule".clone_into(&mut finding.primary_label);
    finding.fixes = vec![removal(id, file, directive, named)];
    finding
}

fn unused(
    id: FileId,
    file: &ReportFile<'_>,
    directive: &Directive,
    named: &NamedRule,
    rule: &str,
    policy: &SuppressionPolicy<'_>,
) -> Finding {
    let span = if directive.rules.len() == 1 { directive.comment } else { named.span };
    let kind = directive.kind.as_str();
    let mut finding = base(id, span, "unused", kind, rule, policy);
    let place = match directive.kind {
        DirectiveKind::Line => "on this line",
        DirectiveKind::NextLine => "on the next line of code",
        DirectiveKind::File => "in this file that is not suppressed more closely",
    };
    finding.detail = format!("`{rule}` reports nothing {place}, so this comment suppresses nothing.");
    "Remove it, or move it to where the finding is.".clone_into(&mut finding.remediation);
    "suppresses nothing".clone_into(&mut finding.primary_label);
    finding.fixes = vec![removal(id, file, directive, named)];
    finding
}

fn base(
    id: FileId,
    span: Span,
    kind: &str,
    directive: &str,
    rules: &str,
    policy: &SuppressionPolicy<'_>,
) -> Finding {
    let anchor = format!("{directive}|{rules}|{kind}");
    let mut finding = Finding::new(policy.rule, Location::new(id, span), anchor);
    for (key, value) in [("kind", kind), ("directive", directive), ("rules", rules)] {
        finding.metadata.insert(key.to_owned(), Value::from(value));
    }
    finding
}

/// The finding that the comment probably meant: the nearest one of its rule in the file that is still shown.
fn closest(judged: &[Judged], file: FileId, rule: &str, comment: Span) -> Vec<Related> {
    judged
        .iter()
        .filter(|(finding, suppressed)| {
            suppressed.is_none() && finding.rule.name == rule && finding.primary.file == file
        })
        .min_by_key(|(finding, _)| {
            let start = finding.primary.span.start;
            (start.abs_diff(comment.start), start)
        })
        .map(|(finding, _)| Related { location: finding.primary, message: format!("`{rule}` reports here") })
        .into_iter()
        .collect()
}

fn removal(id: FileId, file: &ReportFile<'_>, directive: &Directive, named: &NamedRule) -> Fix {
    let (title, span) = match neighbours(directive, named) {
        (None, None) => ("Remove the comment".to_owned(), whole_comment(file.text, directive.comment)),
        (Some(previous), _) => {
            (format!("Remove `{}` from the comment", named.typed), Span::new(previous.end, named.span.end))
        }
        (None, Some(next)) => {
            (format!("Remove `{}` from the comment", named.typed), Span::new(named.span.start, next.start))
        }
    };
    Fix {
        title,
        applicability: Applicability::Safe,
        edits: vec![Edit { file: id, span, new_text: String::new() }],
    }
}

fn neighbours(directive: &Directive, named: &NamedRule) -> (Option<Span>, Option<Span>) {
    let before = directive.rules.iter().rfind(|other| other.span.end <= named.span.start);
    let after = directive.rules.iter().find(|other| other.span.start >= named.span.end);
    (before.map(|other| other.span), after.map(|other| other.span))
}

/// The comment with its line if it stands alone there, else with the white space before it.
fn whole_comment(text: &str, comment: Span) -> Span {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let line = line_start(text, start);
    let next = line_end(text, end);
    let before = text.get(line..start).unwrap_or_default();
    let after = text.get(end..next).unwrap_or_default();
    if before.trim().is_empty() && after.trim().is_empty() {
        return Span::new(narrow(line), narrow(next));
    }
    let kept = line + before.trim_end().len();
    // With code on both sides the space before the comment goes on to part them.
    let start = if after.trim().is_empty() { kept } else { start };
    Span::new(narrow(start), comment.end)
}
