//! `--add-suppressions`: a comment at each finding of a rule.

use lunora_check::Judged;
use lunora_facts::Span;
use lunora_report::{Applicability, Edit, Fix, Reported, canonical_rule_name, closest};

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
            || line_start(text, primary.span.start) != line
            || (primary.span, &other.cache_key) >= (finding.primary.span, &reported.cache_key)
    });
    if !is_first {
        return None;
    }
    let rest = text.get(line as usize..)?;
    let indent: String = rest.chars().take_while(|character| matches!(character, ' ' | '\t')).collect();
    let reason = one_line(reason);
    Some(Fix {
        title: format!("Suppress `{rule}`"),
        applicability: Applicability::Safe,
        edits: vec![Edit {
            file: finding.primary.file,
            span: Span::new(line, line),
            new_text: format!("{indent}// lunora-advisor-disable-next-line {rule} -- {reason}\n"),
        }],
    })
}

fn line_start(text: &str, position: u32) -> u32 {
    let before = text.get(..position as usize).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let mark = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    u32::try_from(start + mark).unwrap_or(u32::MAX)
}

fn one_line(reason: &str) -> String {
    reason.split_whitespace().collect::<Vec<_>>().join(" ")
}
