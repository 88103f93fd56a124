//! Findings about suppression comments that suppress nothing.

use std::cell::OnceCell;
use std::sync::Arc;

use lunora_facts::{FileId, Span};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::directive::{Directive, DirectiveKind, FileDirectives, Malformed, NamedRule, Problem, narrow};
use super::lines::Lines;
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
    directives: &[FileDirectives<'_>],
    files: &[ReportFile<'_>],
    policy: &SuppressionPolicy<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, read) in reportable(directives, files, policy) {
        for malformed in &read.malformed {
            findings.push(cannot_suppress(id, malformed, policy));
        }
        let unknown = names(id, read).filter(|name| name.named.rule.is_none());
        findings.extend(unknown.map(|name| unknown_rule(&name, policy)));
    }
    findings
}

/// One finding for each rule that a comment names and that reports nothing there.
pub(super) fn unused_findings(
    directives: &[FileDirectives<'_>],
    judged: &[Judged],
    files: &[ReportFile<'_>],
    policy: &SuppressionPolicy<'_>,
    phase: UnusedPhase,
) -> Vec<Finding> {
    let shown = OnceCell::new();
    let mut findings = Vec::new();
    for (id, read) in reportable(directives, files, policy) {
        for name in names(id, read).filter(|name| !name.named.is_used) {
            let Some(rule) = name.named.rule else { continue };
            let is_own = rule == policy.rule.name;
            if is_own == (phase == UnusedPhase::OwnRule) && (policy.is_checked)(rule, id) {
                let mut finding = unused(&name, rule, policy);
                let shown = shown.get_or_init(|| Shown::new(judged));
                finding.related = shown.closest(id, rule, name.directive.comment).into_iter().collect();
                findings.push(finding);
            }
        }
    }
    findings
}

/// One name in one comment.
struct Name<'a> {
    file: FileId,
    lines: &'a Lines<'a>,
    directive: &'a Directive,
    /// Which of the directive's names it is.
    position: usize,
    named: &'a NamedRule,
}

fn names<'a>(file: FileId, read: &'a FileDirectives<'a>) -> impl Iterator<Item = Name<'a>> {
    read.directives.iter().flat_map(move |directive| {
        let named = directive.rules.iter().enumerate();
        named.map(move |(position, named)| Name { file, lines: &read.lines, directive, position, named })
    })
}

/// The files whose comments are judged: those that parse, and for which the rule is on.
fn reportable<'a>(
    directives: &'a [FileDirectives<'a>],
    files: &'a [ReportFile<'a>],
    policy: &'a SuppressionPolicy<'_>,
) -> impl Iterator<Item = (FileId, &'a FileDirectives<'a>)> {
    files
        .iter()
        .zip(directives)
        .enumerate()
        .map(|(index, (file, read))| (FileId(narrow(index)), file, read))
        .filter(|(id, file, _)| file.facts.errors.is_empty() && (policy.is_checked)(policy.rule.name, *id))
        .map(|(id, _, read)| (id, read))
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

fn unknown_rule(name: &Name<'_>, policy: &SuppressionPolicy<'_>) -> Finding {
    let (typed, directive) = (&name.named.typed, name.directive.kind.as_str());
    let mut finding = base(name.file, name.named.span, "unknown_rule", directive, typed, policy);
    finding.detail = format!("This comment names `{typed}`, which is no rule.");
    finding.remediation = match nearest(typed, policy.known_rules.iter().copied()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => "Remove it; `lunora-advisor rules` lists the rules.".to_owned(),
    };
    "no such rule".clone_into(&mut finding.primary_label);
    finding.fixes = vec![removal(name)];
    finding
}

fn unused(name: &Name<'_>, rule: &str, policy: &SuppressionPolicy<'_>) -> Finding {
    let directive = name.directive;
    let span = if directive.rules.len() == 1 { directive.comment } else { name.named.span };
    let mut finding = base(name.file, span, "unused", directive.kind.as_str(), rule, policy);
    let place = match directive.kind {
        DirectiveKind::Line => "on this line",
        DirectiveKind::NextLine => "on the next line of code",
        DirectiveKind::File => "in this file that is not suppressed more closely",
    };
    finding.detail = format!("`{rule}` reports nothing {place}, so this comment suppresses nothing.");
    "Remove it, or move it to where the finding is.".clone_into(&mut finding.remediation);
    "suppresses nothing".clone_into(&mut finding.primary_label);
    finding.fixes = vec![removal(name)];
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

/// The findings that are shown, by file and rule, in the order of their places.
struct Shown<'a>(FxHashMap<(FileId, &'a str), Vec<Location>>);

impl<'a> Shown<'a> {
    fn new(judged: &'a [Judged]) -> Self {
        let mut shown: FxHashMap<(FileId, &str), Vec<Location>> = FxHashMap::default();
        for (finding, _) in judged.iter().filter(|(_, suppressed)| suppressed.is_none()) {
            let primary = finding.primary;
            shown.entry((primary.file, finding.rule.name)).or_default().push(primary);
        }
        for locations in shown.values_mut() {
            locations.sort_by_key(|location| location.span.start);
            locations.dedup_by_key(|location| location.span.start);
        }
        Self(shown)
    }

    /// The finding that a comment probably meant: the nearest one of its rule in the file.
    fn closest(&self, file: FileId, rule: &str, comment: Span) -> Option<Related> {
        let locations = self.0.get(&(file, rule))?;
        let next = locations.partition_point(|location| location.span.start < comment.start);
        let before = next.checked_sub(1).and_then(|last| locations.get(last));
        let both = before.into_iter().chain(locations.get(next));
        let location = both.min_by_key(|location| location.span.start.abs_diff(comment.start))?;
        Some(Related { location: *location, message: format!("`{rule}` reports here") })
    }
}

fn removal(name: &Name<'_>) -> Fix {
    let neighbour = |position: usize| name.directive.rules.get(position).map(|other| other.span);
    let previous = name.position.checked_sub(1).and_then(neighbour);
    let own = name.named.span;
    let (title, span) = match (previous, neighbour(name.position + 1)) {
        (None, None) => ("Remove the comment".to_owned(), whole_comment(name.lines, name.directive.comment)),
        (Some(previous), _) => (without(name), Span::new(previous.end, own.end)),
        (None, Some(next)) => (without(name), Span::new(own.start, next.start)),
    };
    Fix {
        title,
        applicability: Applicability::Safe,
        edits: vec![Edit { file: name.file, span, new_text: String::new() }],
    }
}

fn without(name: &Name<'_>) -> String {
    format!("Remove `{}` from the comment", name.named.typed)
}

/// The comment with its line if it stands alone there, else with the white space before it.
fn whole_comment(lines: &Lines<'_>, comment: Span) -> Span {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let (line, next) = (lines.start(start), lines.end(end));
    let (before, after) = (lines.slice(line, start), lines.slice(end, next));
    if before.trim().is_empty() && after.trim().is_empty() {
        return Span::new(narrow(line), narrow(next));
    }
    let kept = line + before.trim_end().len();
    // With code on both sides the space before the comment goes on to part them.
    let start = if after.trim().is_empty() { kept } else { start };
    Span::new(narrow(start), comment.end)
}
