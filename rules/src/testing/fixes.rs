//! Fixes: what a project is like before and after.

use std::sync::Arc;

use lunora_project::Project;
use lunora_report::{Applicability, Edit, Finding, Fix, Level};

use super::{Fixture, findings_of};
use crate::rule::Rule;
use crate::run;
use crate::settings::RuleSettings;

/// After so many rounds, fixes undo each other.
const MAX_ROUNDS: usize = 10;

/// Checks that the safe fixes of a rule turn one project into another. Files that `after` leaves out stay as they are.
#[track_caller]
pub(crate) fn check_fix(rule: &Rule, before: &str, after: &str) {
    check_result(rule, before, after, true);
}

/// Checks that a rule has no safe fix, but an unsafe one for this reason, which turns one project into another.
#[track_caller]
pub(crate) fn check_unsafe_fix(rule: &Rule, before: &str, reason: &str, after: &str) {
    let reasons: Vec<String> = fixes_of(rule, before)
        .into_iter()
        .map(|fix| match fix.applicability {
            Applicability::Safe => "safe".to_owned(),
            Applicability::Unsafe { reason } => reason,
        })
        .collect();
    assert!(!reasons.is_empty(), "there is no fix");
    assert!(reasons.iter().all(|given| given.contains(reason)), "{reasons:?}");
    check_result(rule, before, after, false);
}

/// Checks that the best fixes of a rule, be they safe or not, turn one project into another.
#[track_caller]
pub(crate) fn apply_unsafely(rule: &Rule, before: &str, after: &str) {
    check_result(rule, before, after, false);
}

/// Checks that a rule reports something, and offers no fix for it.
#[track_caller]
pub(crate) fn check_no_fix(rule: &Rule, fixture: &str) {
    assert!(!findings_of(rule, fixture).is_empty(), "nothing is reported");
    let fixes = fixes_of(rule, fixture);
    assert!(fixes.is_empty(), "{fixes:#?}");
}

fn fixes_of(rule: &Rule, fixture: &str) -> Vec<Fix> {
    findings_of(rule, fixture).into_iter().flat_map(|finding| finding.fixes).collect()
}

#[track_caller]
fn check_result(rule: &Rule, before: &str, after: &str, safe_only: bool) {
    assert!(!findings_of(rule, before).is_empty(), "nothing is reported");
    for newline in ["\n", "\r\n"] {
        let mut fixture = Fixture::parse(before);
        for (_, text) in &mut fixture.files {
            *text = text.replace('\n', newline);
        }
        let graver = |findings: &[Finding]| -> Vec<&'static str> {
            let others = findings.iter().filter(|finding| finding.level >= Level::Warn);
            others.map(|finding| finding.rule.name).filter(|name| *name != rule.metadata.name).collect()
        };
        let known = graver(&report(&fixture.project(str::to_owned)));
        apply_all(rule, &mut fixture, safe_only);
        for (path, text) in &Fixture::parse(after).files {
            let fixed = fixture.files.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str());
            let expected = text.replace('\n', newline);
            let fixed = fixed.unwrap_or_default();
            assert!(fixed == expected, "{path} is now\n{fixed}\nand should be\n{expected}");
        }
        let project = fixture.project(str::to_owned);
        let broken = project.sources.files.iter().find(|file| !file.facts.errors.is_empty());
        assert!(broken.is_none(), "{:?} no longer parses", broken.map(|file| &file.relative));
        let findings = report(&project);
        let left = findings.iter().find(|finding| finding.rule.name == rule.metadata.name);
        assert!(left.is_none(), "is still reported: {left:#?}");
        for name in graver(&findings) {
            let count = |names: &[&str]| names.iter().filter(|other| **other == name).count();
            assert!(count(&graver(&findings)) <= count(&known), "`{name}` is new");
        }
    }
}

/// Applies the first fix of each finding that meets no other one, until nothing changes.
fn apply_all(rule: &Rule, fixture: &mut Fixture, safe_only: bool) {
    for _ in 0..MAX_ROUNDS {
        let project = fixture.project(str::to_owned);
        let is_wanted = |fix: &&Fix| !safe_only || fix.applicability == Applicability::Safe;
        let mut edits: Vec<Edit> = Vec::new();
        for finding in report(&project).iter().filter(|finding| finding.rule.name == rule.metadata.name) {
            let Some(fix) = finding.fixes.iter().find(is_wanted) else { continue };
            let meets = |edit: &Edit| edits.iter().any(|other| touch(edit, other));
            if !fix.edits.iter().any(meets) {
                edits.extend(fix.edits.iter().cloned());
            }
        }
        if edits.is_empty() {
            return;
        }
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        for edit in edits {
            let path = format!("/{}", project.file(edit.file).relative);
            for (_, text) in fixture.files.iter_mut().filter(|(known, _)| *known == path) {
                text.replace_range(edit.span.range(), &edit.new_text);
            }
        }
    }
    panic!("fixes do not come to an end: {:#?}", fixture.files);
}

fn touch(left: &Edit, right: &Edit) -> bool {
    left.file == right.file && left.span.start <= right.span.end && right.span.start <= left.span.end
}

fn report(project: &Project) -> Vec<Finding> {
    run(project, &RuleSettings::default()).findings.into_iter().map(Arc::unwrap_or_clone).collect()
}
