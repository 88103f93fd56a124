//! Comments that suppress a finding, as edits.

use lunora_facts::Span;
use lunora_report::{Applicability, Edit, Finding, Fix};

use crate::judging::Judged;

/// The comment that suppresses a finding: on a line of its own, as far in as the line below. `None` if the finding's file is not of
/// the project.
pub fn suppress_line(judged: &Judged, finding: &Finding, reason: &str) -> Option<Fix> {
    let rule = finding.rule.name;
    let (_, text) = judged.file(finding.primary.file)?;
    let line = line_start(text, finding.primary.span.start);
    let rest = text.get(line as usize..)?;
    let indent: String = rest.chars().take_while(|character| matches!(character, ' ' | '\t')).collect();
    let comment = format!("{indent}// lunora-advisor-disable-next-line {rule} -- {}\n", one_line(reason));
    Some(suppression(finding, line, comment, format!("Suppress `{rule}` on this line")))
}

/// The comment that suppresses all findings of a rule in a file: at its top.
pub fn suppress_file(judged: &Judged, finding: &Finding, reason: &str) -> Option<Fix> {
    let rule = finding.rule.name;
    let (_, text) = judged.file(finding.primary.file)?;
    // Before the first line, unless that says how to run the file.
    let first = line_start(text, 0);
    let is_shebang = text.get(first as usize..)?.starts_with("#!");
    let second = text.find('\n').or_else(|| text.find('\r')).and_then(|end| u32::try_from(end + 1).ok());
    let line = if is_shebang { second? } else { first };
    let comment = format!("/* lunora-advisor-disable-file {rule} -- {} */\n", one_line(reason));
    Some(suppression(finding, line, comment, format!("Suppress `{rule}` in this file")))
}

/// Where the line of a byte begins, a byte order mark left out.
#[must_use]
pub fn line_start(text: &str, position: u32) -> u32 {
    let before = text.get(..position as usize).unwrap_or_default();
    let start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let mark = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    u32::try_from(start + mark).unwrap_or(u32::MAX)
}

/// A reason without line breaks, which would end the comment.
#[must_use]
pub fn one_line(reason: &str) -> String {
    reason.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn suppression(finding: &Finding, line: u32, new_text: String, title: String) -> Fix {
    let edit = Edit { file: finding.primary.file, span: Span::new(line, line), new_text };
    Fix { title, applicability: Applicability::Safe, edits: vec![edit] }
}
