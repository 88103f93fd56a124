//! For people: the source with labels, why it matters, and what to do.

use std::borrow::Cow;
use std::io::{self, Write};

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle, Severity};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::termcolor::Buffer;
use codespan_reporting::term::{Config, DisplayStyle, Styles, StylesWriter, emit_to_write_style};
use lunora_facts::{FileId, Span};
use lunora_report::{Applicability, Level, Location, Reported};

use super::printable;
use crate::report::{Report, ReportFile, ReportFinding};

/// A longer line, in bytes, was written by no person, and showing it would help none.
const MAX_LINE_BYTES: usize = 1_000;

pub(super) fn write(report: &Report, color: bool, out: &mut Vec<u8>) -> io::Result<()> {
    let mut buffer = if color { Buffer::ansi() } else { Buffer::no_color() };
    let styles = Styles::default();
    let with_source = Config::default();
    let without_source = Config { display_style: DisplayStyle::Medium, ..Config::default() };
    for entry in report.shown_by_path() {
        let files = ProjectFiles { report, project: entry.project };
        let diagnostic = diagnostic(report, entry);
        let config = if files.can_show(&diagnostic) { &with_source } else { &without_source };
        let mut writer = StylesWriter::new(&mut buffer, &styles);
        emit_to_write_style(&mut writer, config, &files, &diagnostic).map_err(io::Error::other)?;
    }
    out.extend_from_slice(buffer.as_slice());
    writeln!(out, "{}", summary(report))
}

fn diagnostic(report: &Report, entry: &ReportFinding) -> Diagnostic<FileId> {
    let finding = entry.finding();
    let severity = match finding.level {
        Level::Error => Severity::Error,
        Level::Warn => Severity::Warning,
        Level::Info => Severity::Note,
    };
    let label = |style, location: Location, message: &str| {
        let text = &report.file(entry.project, location.file).text;
        Label::new(style, location.file, visible(text, location.span)).with_message(printable(message))
    };
    let primary = label(LabelStyle::Primary, finding.primary, &finding.primary_label);
    let related = finding
        .related
        .iter()
        .map(|related| label(LabelStyle::Secondary, related.location, &related.message));
    Diagnostic::new(severity)
        .with_code(finding.rule.name)
        .with_message(printable(&finding.detail))
        .with_labels(std::iter::once(primary).chain(related).collect())
        .with_notes(notes(&entry.reported).iter().map(|note| printable(note).into_owned()).collect())
}

fn notes(reported: &Reported) -> Vec<String> {
    let finding = &reported.finding;
    let mut notes: Vec<String> = reported.evidence.iter().map(|evidence| evidence.summary.clone()).collect();
    if let Some(note) = &finding.note {
        notes.push(format!("note: {note}"));
    }
    if !finding.callers.is_empty() {
        notes.push(format!("reached from {}", some_of(&finding.callers)));
    }
    if !finding.remediation.is_empty() {
        notes.push(format!("help: {}", finding.remediation));
    }
    notes.extend(finding.fixes.iter().map(|fix| match &fix.applicability {
        Applicability::Safe => format!("fix: {} (safe)", fix.title),
        Applicability::Unsafe { reason } => format!("fix: {} (unsafe: {reason})", fix.title),
    }));
    if let Some(objection) = reported.evidence.as_ref().and_then(|evidence| evidence.objection.as_ref()) {
        notes.push(format!("no fix is offered: {objection}"));
    }
    notes.push(format!("docs: {}", finding.rule.docs_url()));
    notes
}

/// The first few names, and how many more there are.
fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 4;
    let quoted: Vec<_> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// A range that can be shown: within the text and between characters, whatever a rule said.
fn visible(text: &str, span: Span) -> std::ops::Range<usize> {
    let boundary = |offset: u32| text.floor_char_boundary(offset as usize);
    let start = boundary(span.start);
    start..boundary(span.end).max(start)
}

fn summary(report: &Report) -> String {
    let counts = &report.summary;
    let files: usize = report.projects.iter().map(|project| project.code_files).sum();
    let procedures: usize = report.projects.iter().map(|project| project.procedures).sum();
    let found = if counts.shown() == 0 {
        "Nothing found".to_owned()
    } else {
        let parts = [(counts.error, "error"), (counts.warn, "warning"), (counts.info, "note")];
        let parts: Vec<_> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| plural(count, what))
            .collect();
        parts.join(", ")
    };
    let hidden: String = [(counts.suppressed, "suppressed"), (counts.baselined, "known before")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!(", {count} {what}"))
        .collect();
    format!(
        "{found} in {} ({}, {}{hidden})",
        plural(files, "file"),
        plural(report.projects.len(), "project"),
        plural(procedures, "procedure"),
    )
}

fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// The files of one project, with the same lines and columns as in every other format.
struct ProjectFiles<'a> {
    report: &'a Report,
    project: usize,
}

impl ProjectFiles<'_> {
    fn file(&self, id: FileId) -> Result<&ReportFile, Error> {
        let files = self.report.projects.get(self.project).map(|project| &project.files);
        files.and_then(|files| files.get(id.index())).ok_or(Error::FileMissing)
    }

    /// Whether the lines of all labels are such as people write, and no terminal is steered by.
    fn can_show(&self, diagnostic: &Diagnostic<FileId>) -> bool {
        diagnostic.labels.iter().all(|label| {
            let is_usual = |line: &str| {
                line.len() <= MAX_LINE_BYTES && matches!(printable(&line.replace('\t', "")), Cow::Borrowed(_))
            };
            self.lines_of(label).is_some_and(|lines| lines.lines().all(is_usual))
        })
    }

    /// The lines that a label touches.
    fn lines_of(&self, label: &Label<FileId>) -> Option<&str> {
        let file = self.file(label.file_id).ok()?;
        let range_at =
            |offset| self.line_range(label.file_id, self.line_index(label.file_id, offset).ok()?).ok();
        file.text.get(range_at(label.range.start)?.start..range_at(label.range.end)?.end)
    }
}

impl<'a> Files<'a> for ProjectFiles<'_> {
    type FileId = FileId;
    type Name = Cow<'a, str>;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<Cow<'a, str>, Error> {
        Ok(printable(&self.file(id)?.display))
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.file(id)?.text)
    }

    fn line_index(&'a self, id: FileId, byte_index: usize) -> Result<usize, Error> {
        let offset = u32::try_from(byte_index).unwrap_or(u32::MAX);
        Ok(self.file(id)?.lines().utf16(offset).line as usize - 1)
    }

    fn line_range(&'a self, id: FileId, line_index: usize) -> Result<std::ops::Range<usize>, Error> {
        let lines = self.file(id)?.lines();
        let line = u32::try_from(line_index + 1).unwrap_or(u32::MAX);
        let range = lines
            .line_range(line)
            .ok_or(Error::LineTooLarge { given: line_index, max: lines.line_count() as usize - 1 })?;
        Ok(range.start as usize..range.end as usize)
    }

    fn column_number(&'a self, id: FileId, _line_index: usize, byte_index: usize) -> Result<usize, Error> {
        let offset = u32::try_from(byte_index).unwrap_or(u32::MAX);
        Ok(self.file(id)?.lines().utf16(offset).column as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{empty, render, report};

    #[test]
    fn a_finding_shows_its_source() {
        insta::assert_snapshot!(render(|report, out| write(report, false, out), &report()), @r###"
        error[unknown_table]: There is no table `post`, 100% sure.
          ┌─ app/lunora/my posts.ts:2:38
          │
        2 │   const a = "🐟"; await ctx.db.query("post").take(5);
          │                                      ^^^^^^ no such table
          │
          ┌─ app/lunora/schema.ts:2:3
          │
        2 │   posts: defineTable({ author: v.string() }),
          │   ----- `posts` is here
          │
          = help: Did you mean `posts`?
          = fix: Write `posts` (unsafe: another table may be meant)
          = docs: https://lunora-advisor.dev/rules/unknown_table

        note[unbounded_collect]: Reads all of `posts`.
          ┌─ app/lunora/my posts.ts:3:10
          │  
        3 │     return ctx.db.query("posts")
          │ ╭──────────^
        4 │ │     .collect();
          │ ╰──────────────^ every row
          │  
          = note: `posts` is sharded.
          = reached from `a:one`, `b:two`, `c:three`, `d:four` and 1 more
          = help: Bound it with `.take(n)`.
          = docs: https://lunora-advisor.dev/rules/unbounded_collect

        1 error, 1 note in 2 files (1 project, 3 procedures, 1 suppressed)
        "###);
    }

    #[test]
    fn colors_change_nothing_else() {
        let plain = render(|report, out| write(report, false, out), &report());
        let colored = render(|report, out| write(report, true, out), &report());
        let mut stripped = String::new();
        for (index, part) in colored.split('\u{1b}').enumerate() {
            stripped.push_str(if index == 0 {
                part
            } else {
                part.split_once('m').map_or("", |(_, rest)| rest)
            });
        }
        assert_ne!(colored, plain);
        assert_eq!(stripped, plain);
    }

    #[test]
    fn a_clean_run_says_so() {
        let text = render(|report, out| write(report, false, out), &empty());
        assert_eq!(text, "Nothing found in 2 files (1 project, 3 procedures)\n");
    }

    #[test]
    fn a_range_beyond_the_text_is_shown_at_its_end() {
        assert_eq!(visible("é", Span::new(1, 99)), 0..2);
        assert_eq!(visible("", Span::new(5, 3)), 0..0);
    }
}
