//! How findings are printed: one module a format, and nothing else decides what a format looks like.

mod concise;
mod github;
mod gitlab;
mod json;
mod junit;
mod ndjson;
mod pretty;
mod sarif;
mod wire;

use std::borrow::Cow;
use std::io;

use lunora_report::{Reported, RuleMetadata};

use crate::arguments::Format;
use crate::report::Report;

/// What a format may ask besides the findings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormatOptions<'a> {
    /// Whether suppressed findings are shown, where the format can.
    pub(crate) show_suppressed: bool,
    /// Whether to use colors, where the format has any.
    pub(crate) color: bool,
    /// Every rule, for formats that describe them.
    pub(crate) rules: &'a [&'static RuleMetadata],
}

/// Prints a report. The result depends on the findings and the options alone.
///
/// # Errors
/// If a value cannot be represented in the format.
pub(crate) fn render(report: &Report, format: Format, options: FormatOptions<'_>) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    match format {
        Format::Pretty => pretty::write(report, options.color, &mut out)?,
        Format::Concise => concise::write(report, &mut out)?,
        Format::Json => json::write(report, options.show_suppressed, &mut out)?,
        Format::Ndjson => ndjson::write(report, &mut out)?,
        Format::Sarif => sarif::write(report, options.rules, &mut out)?,
        Format::Github => github::write(report, &mut out)?,
        Format::Gitlab => gitlab::write(report, &mut out)?,
        Format::Junit => junit::write(report, &mut out)?,
    }
    Ok(out)
}

/// A text for people, in which what would steer a terminal, or turn around what is read, is written out: projects hold any names.
fn printable(text: &str) -> Cow<'_, str> {
    let steers = |character: char| {
        character.is_control() && character != '\n'
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let written_out = |character: char| {
        if steers(character) { character.escape_unicode().to_string() } else { character.to_string() }
    };
    Cow::Owned(text.chars().map(written_out).collect())
}

/// A text on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Detail, remedy and what running the code shows, for formats with one text.
fn full_message(reported: &Reported) -> String {
    let finding = &reported.finding;
    let remediation = Some(&finding.remediation).filter(|text| !text.is_empty());
    let proof = reported.evidence.as_ref().map(|evidence| &evidence.summary);
    let parts: Vec<&str> =
        [Some(&finding.detail), remediation, proof].into_iter().flatten().map(String::as_str).collect();
    parts.join("\n")
}
