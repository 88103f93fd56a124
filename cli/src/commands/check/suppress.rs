//! `--add-suppressions`: a comment at each finding of a rule.

use lunora_check::{Judged, line_start, one_line, suppress_line};
use lunora_report::{Fix, Reported, canonical_rule_name, closest};

use crate::arguments::CheckArguments;
use crate::error::CliError;

/// The rules whose findings are to be suppressed.
///
/// # Errors
/// If one is no rule, or there is no reason.
pub(super) fn rules_to_suppress(
    arguments: &CheckArguments,
    rules: &[&'static str],
) -> Result<Vec<&'static str>, CliError> {
    let has_reason = arguments.reason.as_ref().is_some_and(|reason| !one_line(reason).is_empty());
    if !arguments.add_suppressions.is_empty() && !has_reason {
        return Err(CliError::NoReason);
    }
    let typed = arguments.add_suppressions.iter().flat_map(|list| list.split(',')).map(str::trim);
    typed
        .map(|typed| {
            let name = canonical_rule_name(typed);
            rules.iter().copied().find(|rule| *rule == name).ok_or_else(|| CliError::UnknownRule {
                typed: typed.to_owned(),
                closest: closest(&name, rules.iter().copied()),
            })
        })
        .collect()
}

/// The comment that suppresses a finding: on a line of its own, as far in as the line below. One comment serves every finding of
/// its rule on that line.
pub(super) fn comment(judged: &Judged, reported: &Reported, rules: &[&str], reason: &str) -> Option<Fix> {
    let finding = &reported.finding;
    let rule = finding.rule.name;
    if !rules.contains(&rule) {
        return None;
    }
    let (_, text) = judged.file(finding.primary.file)?;
    let line = line_start(text, finding.primary.span.start);
    let is_first = judged.findings.iter().all(|other| {
        let primary = other.finding.primary;
        other.finding.rule.name != rule
            || !other.is_shown()
            || primary.file != finding.primary.file
            || primary.span.start < line
            || (primary.span, &other.cache_key) >= (finding.primary.span, &reported.cache_key)
    });
    if !is_first {
        return None;
    }
    suppress_line(judged, finding, reason)
}
